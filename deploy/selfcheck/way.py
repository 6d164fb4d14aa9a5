"""The item's way: published, analysed, stored, found by a search, and removed."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime

from elasticsearch import AsyncElasticsearch

from deploy.selfcheck.item import compose_item, compose_removal, new_word
from shared import elastic, mongo
from shared.errors import TocsinError
from shared.publish import Outgoing, create_publisher
from shared.settings import Settings

PATIENCE_SECONDS = 120.0
PAUSE_SECONDS = 0.5

Say = Callable[[str, float], None]


class SelfcheckError(TocsinError):
    """The item did not come through; the message says where it was last."""


async def pass_item(settings: Settings, say: Say, patience: float = PATIENCE_SECONDS) -> None:
    """Send one item all the way and take it back; *say* is told each stop and its seconds."""
    word = new_word()
    item = compose_item(word)
    database = mongo.connect(settings, "portal")
    try:
        async with (
            create_publisher(settings, "selfcheck") as publisher,
            elastic.connect(settings) as client,
        ):
            began = time.monotonic()

            async def until(
                stop: str, advice: str, condition: Callable[[], Awaitable[bool]]
            ) -> None:
                await _until(condition, f"not {stop}: {advice}", patience)
                say(stop, time.monotonic() - began)

            async def stored() -> bool:
                with mongo.transient_mongo():
                    return await database["documents"].find_one({"_id": item.item_id}) is not None

            async def found() -> bool:
                return await _found(client, settings, word)

            async def gone() -> bool:
                return not await found()

            await publisher.publish([Outgoing(item, datetime.now(UTC))])
            say("published", time.monotonic() - began)
            try:
                await until("analysed and stored", "look at analysis and indexer", stored)
                await until("found by a search", "look at indexer and elasticsearch", found)
            finally:
                removal = compose_removal(item)
                await publisher.publish([Outgoing(removal, removal.recorded_at)])
            await until("removed again", "look at indexer", gone)
    finally:
        mongo.client_of(database).close()


async def _found(client: AsyncElasticsearch, settings: Settings, word: str) -> bool:
    """Return whether the search that people use finds the word."""
    with elastic.transient_elastic():
        answer = await client.search(
            index=elastic.alias("items", settings.namespace),
            query={"multi_match": {"query": word}},
            size=1,
            source=False,
        )
    return bool(answer["hits"]["hits"])


async def _until(condition: Callable[[], Awaitable[bool]], complaint: str, patience: float) -> None:
    deadline = time.monotonic() + patience
    while not await condition():
        if time.monotonic() > deadline:
            raise SelfcheckError(f"After {patience:.0f} s the item was {complaint}.")
        await asyncio.sleep(PAUSE_SECONDS)
