"""Closes each day's captures once it is over, and says its root where partners can keep it.

The manifest on the disk is the fact; the event is made from it, so whatever is repeated
after a kill says the same. Days are closed in their order, since each names the one before.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import structlog

from services.ingest import day_lock
from services.ingest.clock import milliseconds
from services.ingest.day_manifest import (
    Line,
    Manifest,
    days,
    folder_of,
    read_manifest,
    sealed,
    write_manifest,
)
from services.ingest.evidence import CaptureWriter
from services.ingest.patience import stubbornly
from services.ingest.tombstones import removals
from services.ingest.warc_scan import scan
from shared.health import Health
from shared.mongo import Database, transient_mongo
from shared.publish import Outgoing, Publisher

log = structlog.get_logger()

NAME = "evidence"  # the condition in /healthz
LOOK_SECONDS = 60.0
# Pages that were fetched just before midnight are written by then.
GRACE = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class DayCloser:
    """Closes days until cancelled; *writer* is the one of this process."""

    captures: Path
    writer: CaptureWriter
    software: str
    database: Database
    publisher: Publisher
    health: Health
    now: Callable[[], datetime]

    async def run(self) -> None:
        """Look every minute whether a day is over."""
        while True:
            await stubbornly(self.health, NAME, self.look)
            await asyncio.sleep(LOOK_SECONDS)

    async def look(self) -> None:
        """Close the days that are over, and publish the roots that are not yet published."""
        today = (self.now() - GRACE).astimezone(UTC).date()
        await asyncio.to_thread(self.writer.leave, today)
        for day in await asyncio.to_thread(days, self.captures):
            if day < today:
                manifest = await asyncio.to_thread(self._closed, day)
                if manifest is None:
                    return  # another process writes to it; the days after it wait
                await self._publish(manifest)

    def _closed(self, day: date) -> Manifest | None:
        """Return the manifest of *day*, making it if there is none; None while it is written to."""
        known = read_manifest(self.captures, day)
        if known is not None:
            return known
        with day_lock.alone(folder_of(self.captures, day)) as nobody_writes:
            if not nobody_writes:
                return None
            known = read_manifest(self.captures, day)
            return known or close_day(
                self.captures, day, self.software, milliseconds(self.now().astimezone(UTC))
            )

    async def _publish(self, manifest: Manifest) -> None:
        """Publish the root once; one that differs from what was published is only reported."""
        closed = self.database["evidence_days"]
        key = {"_id": manifest.day.isoformat()}
        with transient_mongo():
            known = await closed.find_one(key)
        if known is not None:
            if known["root_sha256"] != manifest.root_sha256:
                log.error("manifest_differs_from_published_root", day=key["_id"])
            return
        await self.publisher.publish([Outgoing(manifest.event(), manifest.closed_at)])
        with transient_mongo():
            await closed.update_one(
                key, {"$set": {"root_sha256": manifest.root_sha256}}, upsert=True
            )


def close_day(captures: Path, day: date, software: str, at: datetime) -> Manifest:
    """Read every record of *day*, write its manifest and return it. Blocking."""
    folder = folder_of(captures, day)
    earlier = [one for one in days(captures) if one < day]
    before = read_manifest(captures, earlier[-1]) if earlier else None
    gone = {(one.file, one.record.offset): one.record for one in removals(folder)}
    lines = [
        Line(path.name, gone.get((path.name, record.offset), record))
        for path in sorted(folder.glob("*.warc.gz"))
        for record in scan(path)
    ]
    manifest = sealed(day, before.root_sha256 if before else None, software, at, lines)
    write_manifest(captures, manifest)
    return manifest
