"""The bundled store finds a document by `_id` also where a query says more than that."""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable

from shared.mongo import Collection, client_of, connect
from shared.settings import Settings

DOCUMENTS = 4000
TRIES = 60
MOST = 4.0  # a scan of so many documents took eight times as long as a look-up


async def spent(work: Callable[[int], Awaitable[object]]) -> float:
    await work(0)
    began = time.perf_counter()
    for number in range(TRIES):
        await work(number)
    return time.perf_counter() - began


async def fill(collection: Collection) -> None:
    await collection.insert_many(
        [{"_id": str(number), "revision": 1, "pad": "x" * 500} for number in range(DOCUMENTS)]
    )


async def test_a_guarded_write_costs_no_scan(settings: Settings) -> None:
    database = connect(settings, "guarded")
    collection = database["things"]
    await fill(collection)
    plain = await spent(
        lambda number: collection.update_one({"_id": str(number)}, {"$set": {"a": number}})
    )
    guarded = await spent(
        lambda number: collection.update_one(
            {"_id": str(number), "revision": 1}, {"$set": {"b": number}}
        )
    )
    client_of(database).close()
    assert guarded / plain < MOST


async def test_the_rest_of_the_query_still_counts(settings: Settings) -> None:
    database = connect(settings, "guarded")
    collection = database["things"]
    await collection.insert_one({"_id": "one", "revision": 2})
    refused = await collection.update_one({"_id": "one", "revision": 1}, {"$set": {"a": 1}})
    taken = await collection.update_one({"_id": "one", "revision": 2}, {"$set": {"a": 1}})
    found = await collection.find({"_id": {"$in": ["one", "two"]}, "revision": 1}).to_list(None)
    client_of(database).close()
    assert (refused.matched_count, taken.matched_count, found) == (0, 1, [])
