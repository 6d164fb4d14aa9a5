"""What `tocsin evidence` asks: the check of a day, of a capture, or of an item's captures."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import date
from typing import TypeVar

from services.ingest.day_manifest import days
from services.ingest.removals import captures_of
from services.ingest.verify import Roots, Verdict, verify_capture, verify_day
from shared import mongo
from shared.captures import CaptureError
from shared.errors import ConfigurationError
from shared.events import MediaItemIngested, decode
from shared.mongo import Database, transient_mongo
from shared.settings import Settings

T = TypeVar("T")


async def check_day(settings: Settings, day: date) -> dict[str, Verdict]:
    """Return what is found of one day, beside the root that was published."""
    roots = await _asking(settings, _published)
    if day not in {*days(settings.captures_dir), *roots}:
        raise ConfigurationError(f"There is no evidence of {day}.")
    found = await asyncio.to_thread(verify_day, settings.captures_dir, day, roots)
    return {day.isoformat(): found}


async def check_every_day(settings: Settings) -> dict[str, Verdict]:
    """Return what is found of every day that was closed, those that were taken away too."""
    roots = await _asking(settings, _published)
    closed = sorted({*days(settings.captures_dir)[:-1], *roots})
    return {
        day.isoformat(): await asyncio.to_thread(verify_day, settings.captures_dir, day, roots)
        for day in closed
    }


async def check_item(settings: Settings, name: str) -> dict[str, Verdict]:
    """Return what is found of an item's captures, or of the one capture that *name* is."""
    roots = await _asking(settings, _published)
    ids = [name] if "." in name else await _asking(settings, lambda db: _captures(db, name))
    return {one: await asyncio.to_thread(_verdict, settings, one, roots) for one in ids}


def _verdict(settings: Settings, capture_id: str, roots: Roots) -> Verdict:
    try:
        return verify_capture(settings.captures_dir, capture_id, roots)
    except CaptureError as error:
        return Verdict(0, 0, (f"{error}.",))


async def _asking(settings: Settings, ask: Callable[[Database], Awaitable[T]]) -> T:
    database = mongo.connect(settings, "ingest")
    try:
        with transient_mongo():
            return await ask(database)
    finally:
        mongo.client_of(database).close()


async def _published(database: Database) -> Roots:
    return {
        date.fromisoformat(one["_id"]): one["root_sha256"]
        async for one in database["evidence_days"].find({})
    }


async def _captures(database: Database, item_id: str) -> list[str]:
    document = await database["items"].find_one({"_id": item_id})
    if document is None:
        raise ConfigurationError(f"No item has the id {item_id[:100]}.")
    data = document.get("event")
    return captures_of(document, decode(MediaItemIngested, data) if data else None)
