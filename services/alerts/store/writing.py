"""The few forms that every guarded write has, and what their failures mean."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from shared.errors import TransientError
from shared.mongo import BulkWriteError, Collection, Document, UpdateOne, transient_mongo

DUPLICATE_KEY = 11000


@asynccontextmanager
async def racing() -> AsyncIterator[None]:
    """Turn an absent server, and a document that two writers made at once, into a retry."""
    try:
        with transient_mongo():
            yield
    except BulkWriteError as error:
        if not _only_duplicates(error):
            raise
        raise TransientError("another writer made the same document first") from error


async def write(collection: Collection, updates: Sequence[UpdateOne]) -> None:
    """Apply `updates` in their order."""
    if updates:
        async with racing():
            await collection.bulk_write(list(updates), ordered=True)


async def write_if_newer(collection: Collection, updates: Sequence[UpdateOne]) -> None:
    """Apply guarded upserts; one that meets a newer document is refused as a duplicate: done."""
    if not updates:
        return
    try:
        with transient_mongo():
            await collection.bulk_write(list(updates), ordered=False)
    except BulkWriteError as error:
        if not _only_duplicates(error):
            raise


async def find_by_id(collection: Collection, ids: Iterable[str]) -> dict[str, Document]:
    """Return the documents that exist, by their `_id`."""
    wanted = sorted(set(ids))
    if not wanted:
        return {}
    with transient_mongo():
        found = await collection.find({"_id": {"$in": wanted}}).to_list(length=None)
    return {document["_id"]: document for document in found}


@dataclass(frozen=True, slots=True)
class Put:
    """An item for a set: its analysis and what the set holds of it, empty where it has left.

    Nothing is ever taken out: what goes leaves an entry without content, whose sequence turns
    away an older analysis that arrives later.
    """

    key: str
    item_id: str
    sequence: int
    entry: dict[str, Any] = field(default_factory=dict)

    @property
    def guard(self) -> Document:
        """The condition that neither this nor a newer analysis of the item is there."""
        return {f"items.{self.item_id}.analysis_sequence": {"$not": {"$gte": self.sequence}}}

    @property
    def change(self) -> Document:
        """The field to set."""
        return {f"items.{self.item_id}": {"analysis_sequence": self.sequence} | self.entry}


async def put(collection: Collection, puts: Sequence[Put], on: date) -> None:
    """Put items in their sets, each unless a newer analysis of it is there.

    All items of one set are tried in one update: a store rewrites the whole document for each,
    which for a thousand items one by one took 30 s. Where anything was there already, each is
    tried alone. `on` is the day of writing, which the sweep goes by.
    """
    by_key: dict[str, list[Put]] = {}
    for one in puts:
        by_key.setdefault(one.key, []).append(one)
    updates = [
        update
        for key, together in by_key.items()
        for update in (_ensure(key), _put_together(key, together, on))
    ]
    if not updates:
        return
    async with racing():
        result = await collection.bulk_write(updates, ordered=True)
    if result.matched_count + result.upserted_count < len(updates):
        await write(collection, [_put_together(one.key, [one], on) for one in puts])


def _ensure(key: str) -> UpdateOne:
    """Make an empty set, unless there is one."""
    return UpdateOne({"_id": key}, {"$setOnInsert": {"items": {}}}, upsert=True)


def _put_together(key: str, puts: Sequence[Put], on: date) -> UpdateOne:
    """Put items in a set if all of them are new to it."""
    guards = [one.guard for one in puts]
    changes: Document = {"written_on": on.isoformat()}
    for one in puts:
        changes |= one.change
    return UpdateOne({"_id": key, "$and": guards}, {"$set": changes})


def _only_duplicates(error: BulkWriteError) -> bool:
    errors = (error.details or {}).get("writeErrors", [{}])
    return all(one.get("code") == DUPLICATE_KEY for one in errors)
