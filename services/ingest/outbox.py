"""Which stored revisions are not known to be published: `outbox/<item_id>|<revision>`.

A page can be gone when it is to be read again, and then only this collection still knows
that its event has to be sent. It holds what is in hand and what was confirmed a moment
ago, and so stays small.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from services.ingest.bulk import write_all
from shared.mongo import Database, UpdateOne, transient_mongo

Revisions = Mapping[str, int]  # of items by id


@dataclass(frozen=True, slots=True)
class Pending:
    """A revision that was about to be stored at *noted_at*, and may have been."""

    item_id: str
    revision: int
    noted_at: datetime


@dataclass(frozen=True, slots=True)
class Outbox:
    """The outbox as one process sees it.

    Confirmations are collected, which saves a call for every batch. A kill forgets those of
    a few seconds, and their events are sent once more.
    """

    database: Database
    _confirmed: set[str] = field(default_factory=set)

    async def note(self, revisions: Revisions, at: datetime) -> None:
        """Write down what is about to be stored, before it is."""
        keys = [_key(item_id, number) for item_id, number in revisions.items()]
        self._confirmed.difference_update(keys)
        updates = [UpdateOne({"_id": key}, {"$set": {"at": at}}, upsert=True) for key in keys]
        await write_all(self.database["outbox"], updates)

    def confirm(self, item_id: str, revision: int) -> None:
        """Take in that a revision was published, or never will be; `clear` makes it durable."""
        self._confirmed.add(_key(item_id, revision))

    async def clear(self) -> None:
        """Take what is confirmed out of the store."""
        leaving = list(self._confirmed)
        if leaving:
            with transient_mongo():
                await self.database["outbox"].delete_many({"_id": {"$in": leaving}})
            self._confirmed.difference_update(leaving)

    async def pending(self, until: datetime) -> list[Pending]:
        """Return what was noted up to *until* and has not been taken out."""
        with transient_mongo():
            found = self.database["outbox"].find({"at": {"$lte": until}})
            return [_pending(one["_id"], one["at"]) async for one in found]


def _key(item_id: str, revision: int) -> str:
    return f"{item_id}|{revision}"


def _pending(key: str, noted_at: datetime) -> Pending:
    item_id, _, revision = key.rpartition("|")
    return Pending(item_id, int(revision), noted_at)
