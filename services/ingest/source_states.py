"""Whose turn it is to poll a source: a lease in `sources/<source_id>`, and what polls left.

The lease is held from a poll until the source's last page has its outcome, so that one
process at a time reads a source, politely. A process that died loses its leases after
LEASE_SECONDS; one that was restarted under its old name takes them back at once.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from services.ingest.fetched import Fetched
from shared.mongo import Database, Document, UpdateOne, transient_mongo

LEASE_SECONDS = 30
MISSED_AFTER = timedelta(hours=6)
MISSED_DAYS = 90  # beyond them no baseline looks back
EPOCH = datetime.fromtimestamp(0, UTC)


@dataclass(frozen=True, slots=True)
class SourceState:
    """What is remembered of a source between polls.

    `has_work` was set when the lease was taken and never cleared: pages may be waiting.
    """

    source_id: str
    next_poll_at: datetime
    last_attempt_at: datetime | None
    last_success_at: datetime | None
    etag: str | None
    last_modified: str | None
    feed_sha256: str | None
    has_work: bool
    failing_since: datetime | None = None

    @property
    def interval(self) -> timedelta | None:
        """Return the wait that was planned after the last poll, or None where there was none."""
        if self.last_attempt_at is None or self.next_poll_at <= self.last_attempt_at:
            return None
        return self.next_poll_at - self.last_attempt_at

    @property
    def conditions(self) -> dict[str, str]:
        """Return the headers that make the next poll conditional."""
        named = {"If-None-Match": self.etag, "If-Modified-Since": self.last_modified}
        return {name: value for name, value in named.items() if value}


@dataclass(frozen=True, slots=True)
class PollHistory:
    """How the polls of a source went: since when it fails, if it does, and days we missed."""

    source_id: str
    last_success_at: datetime | None
    failing_since: datetime | None
    last_error: str
    last_error_at: datetime | None
    missed_days: tuple[date, ...]


@dataclass(frozen=True, slots=True)
class SourceStates:
    """The leases of *owner*, a name that is unique among live processes."""

    database: Database
    owner: str

    async def register(self, source_ids: Sequence[str]) -> None:
        """Add new sources, due at once; known ones stay as they are."""
        blank: Document = {
            "owner": None,
            "lease_until": EPOCH,
            "next_poll_at": EPOCH,
            "last_attempt_at": None,
            "last_success_at": None,
            "etag": None,
            "last_modified": None,
            "feed_sha256": None,
            "has_work": False,
            "failing_since": None,
            "last_error": "",
            "last_error_at": None,
            "missed": {},
        }
        updates = [
            UpdateOne({"_id": one}, {"$setOnInsert": blank}, upsert=True) for one in source_ids
        ]
        if updates:
            with transient_mongo():
                await self.database["sources"].bulk_write(updates, ordered=False)

    async def forget_future_polls(self, source_ids: Sequence[str], now: datetime) -> None:
        """Make those sources due whose last poll lies in the future.

        The clock has been set back since. Without this they would rest until it catches up.
        """
        future = {"_id": {"$in": list(source_ids)}, "last_attempt_at": {"$gt": now}}
        with transient_mongo():
            await self.database["sources"].update_many(future, {"$set": {"next_poll_at": EPOCH}})

    async def available(self, source_ids: Sequence[str], now: datetime) -> dict[str, datetime]:
        """Return when each source wants attention that is not leased by another process."""
        with transient_mongo():
            found = self.database["sources"].find({"_id": {"$in": list(source_ids)}})
            documents = [document async for document in found]
        return {
            document["_id"]: EPOCH if document["has_work"] else document["next_poll_at"]
            for document in documents
            if document["owner"] == self.owner or document["lease_until"] <= now
        }

    async def claim(self, source_id: str, now: datetime) -> SourceState | None:
        """Take the lease and return the state before; None where another process has it."""
        free = {"$or": [{"owner": self.owner}, {"lease_until": {"$lte": now}}]}
        due = {"$or": [{"has_work": True}, {"next_poll_at": {"$lte": now}}]}
        lease = {"owner": self.owner, "lease_until": _until(now), "has_work": True}
        with transient_mongo():
            before = await self.database["sources"].find_one_and_update(
                {"_id": source_id, "$and": [free, due]}, {"$set": lease}
            )
        return None if before is None else _state(before)

    async def renew(self, source_ids: Sequence[str], now: datetime) -> set[str]:
        """Prolong the leases and return those sources that are still ours."""
        ours = {"_id": {"$in": list(source_ids)}, "owner": self.owner}
        with transient_mongo():
            await self.database["sources"].update_many(ours, {"$set": {"lease_until": _until(now)}})
            found = self.database["sources"].find(ours, {"_id": 1})
            return {document["_id"] async for document in found}

    async def succeed(
        self, state: SourceState, polled_at: datetime, next_poll_at: datetime, fetched: Fetched
    ) -> None:
        """Record a good poll, once everything that it listed is on the work list."""
        changes: Document = {
            "last_attempt_at": polled_at,
            "last_success_at": polled_at,
            "next_poll_at": next_poll_at,
            "failing_since": None,
        }
        if not fetched.is_unchanged:
            changes["etag"] = fetched.header("etag")
            changes["last_modified"] = fetched.header("last-modified")
            changes["feed_sha256"] = fetched.sha256
        await self._update(state.source_id, changes | _missed(state, polled_at))

    async def fail(
        self, state: SourceState, polled_at: datetime, next_poll_at: datetime, reason: str
    ) -> None:
        """Record a poll in vain; *reason* is a sentence for the operator."""
        changes: Document = {
            "last_attempt_at": polled_at,
            "next_poll_at": next_poll_at,
            "failing_since": state.failing_since or polled_at,
            "last_error": reason,
            "last_error_at": polled_at,
        }
        await self._update(state.source_id, changes | _missed(state, polled_at))

    async def histories(self, source_ids: Sequence[str]) -> list[PollHistory]:
        """Return how the polls of these sources went."""
        with transient_mongo():
            found = self.database["sources"].find({"_id": {"$in": list(source_ids)}})
            return [_history(document) async for document in found]

    async def release(self, source_id: str) -> None:
        """Give the lease back: every page of the source has its outcome."""
        await self._update(source_id, {"owner": None, "lease_until": EPOCH, "has_work": False})

    async def _update(self, source_id: str, changes: Document) -> None:
        """Write only while the lease is ours: a process that was paused changes nothing."""
        with transient_mongo():
            await self.database["sources"].update_one(
                {"_id": source_id, "owner": self.owner}, {"$set": changes}
            )


def _until(now: datetime) -> datetime:
    return now + timedelta(seconds=LEASE_SECONDS)


def _state(document: dict[str, Any]) -> SourceState:
    return SourceState(
        source_id=document["_id"],
        next_poll_at=document["next_poll_at"],
        last_attempt_at=document["last_attempt_at"],
        last_success_at=document["last_success_at"],
        etag=document["etag"],
        last_modified=document["last_modified"],
        feed_sha256=document["feed_sha256"],
        has_work=document["has_work"],
        failing_since=document.get("failing_since"),
    )


def _history(document: Document) -> PollHistory:
    return PollHistory(
        source_id=document["_id"],
        last_success_at=document["last_success_at"],
        failing_since=document.get("failing_since"),
        last_error=document.get("last_error", ""),
        last_error_at=document.get("last_error_at"),
        missed_days=tuple(date.fromisoformat(day) for day in document.get("missed", {})),
    )


def _missed(state: SourceState, polled_at: datetime) -> Document:
    """Return the days on which a poll was due that we did not make, as fields to set.

    A short restart loses nothing, since a feed still lists what came meanwhile.
    """
    due_at = state.next_poll_at
    if due_at == EPOCH or polled_at - due_at < MISSED_AFTER:
        return {}
    days = (polled_at.date() - due_at.date()).days
    return {
        f"missed.{(due_at + timedelta(days=n)).date().isoformat()}": True
        for n in range(min(days, MISSED_DAYS) + 1)
    }
