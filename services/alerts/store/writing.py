"""The few forms that every guarded write has, and what their failures mean."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable, Sequence
from contextlib import asynccontextmanager
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


def ensure(key: str) -> UpdateOne:
    """Make an empty set, unless there is one."""
    return UpdateOne({"_id": key}, {"$setOnInsert": {"items": {}}}, upsert=True)


def put(key: str, item_id: str, sequence: int, entry: dict[str, Any]) -> UpdateOne:
    """Put an item in a set that exists, unless this or a newer analysis of it is there.

    Nothing is ever taken out: what goes leaves an entry without content, whose sequence turns
    away an older analysis that arrives later.
    """
    guard = {"_id": key, f"items.{item_id}.analysis_sequence": {"$not": {"$gte": sequence}}}
    return UpdateOne(guard, {"$set": {f"items.{item_id}": {"analysis_sequence": sequence} | entry}})


def _only_duplicates(error: BulkWriteError) -> bool:
    errors = (error.details or {}).get("writeErrors", [{}])
    return all(one.get("code") == DUPLICATE_KEY for one in errors)
