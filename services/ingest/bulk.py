"""Many writes in one call, and which of them met a document that was there already."""

from __future__ import annotations

from collections.abc import Sequence

from shared.mongo import BulkWriteError, Collection, UpdateOne, transient_mongo

DUPLICATE_KEY = 11_000


async def write_all(collection: Collection, updates: Sequence[UpdateOne]) -> list[int]:
    """Write *updates* in any order; return the indices of those that met an existing `_id`."""
    if not updates:
        return []
    try:
        with transient_mongo():
            await collection.bulk_write(list(updates), ordered=False)
    except BulkWriteError as error:
        failures = (error.details or {}).get("writeErrors", [])
        if not failures or any(one["code"] != DUPLICATE_KEY for one in failures):
            raise
        return [int(one["index"]) for one in failures]
    return []
