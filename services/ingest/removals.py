"""Carries out removals in ingest's own store: the text goes, what remains says that it did.

A removed item is never read again: its place is kept with the scope of the removal, also
where the removal comes before the item. Its captures are marked restricted, and what shows
captures to people must ask; where the text goes, their bytes are overwritten too.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import structlog

from services.ingest.tombstones import remove_capture
from shared.captures import CaptureError
from shared.errors import TransientError
from shared.events import Author, ItemRemoved, MediaItemIngested, RemovalScope, decode, encode
from shared.mongo import Database, Document, DuplicateKeyError, UpdateOne, transient_mongo

log = structlog.get_logger()

ATTEMPTS = 20


@dataclass(frozen=True, slots=True)
class Removals:
    """Applies removals to `items`, `restricted_captures` and the captures themselves."""

    database: Database
    captures: Path

    async def apply(self, removal: ItemRemoved) -> None:
        """Scrub the item; again and again gives the same state."""
        items = self.database["items"]
        for _ in range(ATTEMPTS):
            with transient_mongo():
                before = await items.find_one({"_id": removal.item_id})
            scope = widest(before, removal.scope)
            expected = before["revision"] if before else 0
            changes: Document = {"revision": expected, "removed": scope}
            event = _event(before)
            ids = captures_of(before, event)
            await self._restrict(ids, removal)
            if scope != RemovalScope.AUTHOR:
                await self._overwrite(ids, removal)
            if event is not None:
                changes |= scrubbed(event, scope)
            if await self._write(removal.item_id, expected, changes):
                return
        raise RuntimeError(f"item {removal.item_id} changes faster than it can be removed")

    async def _write(self, item_id: str, revision: int, changes: Document) -> bool:
        """Write unless the item got another revision meanwhile."""
        try:
            with transient_mongo():
                await self.database["items"].update_one(
                    {"_id": item_id, "revision": revision}, {"$set": changes}, upsert=True
                )
        except DuplicateKeyError:
            return False
        return True

    async def _restrict(self, capture_ids: Sequence[str], removal: ItemRemoved) -> None:
        updates = [
            UpdateOne(
                {"_id": capture_id},
                {"$set": {"item_id": removal.item_id, "restricted_at": removal.recorded_at}},
                upsert=True,
            )
            for capture_id in capture_ids
        ]
        if updates:
            with transient_mongo():
                await self.database["restricted_captures"].bulk_write(updates, ordered=False)

    async def _overwrite(self, capture_ids: Sequence[str], removal: ItemRemoved) -> None:
        """Take the captures out of the evidence; one that is not here is said in the log."""
        for capture_id in capture_ids:
            try:
                await asyncio.to_thread(
                    remove_capture,
                    self.captures,
                    capture_id,
                    removal.reason_code,
                    removal.recorded_at,
                )
            except CaptureError as error:
                log.error("capture_not_removed", capture_id=capture_id, reason=str(error))  # noqa: TRY400 - the reason says all
            except OSError as error:
                raise TransientError(f"evidence cannot be written: {error.strerror}") from error


def captures_of(before: Document | None, event: MediaItemIngested | None) -> list[str]:
    """Return the captures of every wording of an item."""
    ids = list((before or {}).get("captures", ()))
    newest = [one.capture_id for one in event.captures] if event else []
    return list(dict.fromkeys([*ids, *newest]))


def widest(before: Document | None, scope: RemovalScope) -> str:
    """Return the wider of what was removed before and *scope*."""
    order = [str(one) for one in (RemovalScope.AUTHOR, RemovalScope.TEXT, RemovalScope.ALL)]
    asked = str(scope) if str(scope) in order else str(RemovalScope.ALL)
    earlier = (before or {}).get("removed")
    return max(asked, earlier or asked, key=order.index)


def scrubbed(event: MediaItemIngested, scope: str) -> Document:
    """Return the fields of the item's document without what *scope* removes."""
    if scope == RemovalScope.AUTHOR:
        return {"event": encode(event.model_copy(update={"author": Author()}))}
    return {"event": None, "full_text": None}


def _event(document: Document | None) -> MediaItemIngested | None:
    data = (document or {}).get("event")
    return None if data is None else decode(MediaItemIngested, data)
