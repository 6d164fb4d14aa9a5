"""The item's way: published, analysed, stored, found by a search, and removed."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime

from elasticsearch import AsyncElasticsearch

from deploy.selfcheck.item import compose_item, compose_removal, new_word
from shared import elastic, mongo
from shared.errors import TocsinError
from shared.events import MediaItemIngested
from shared.publish import Outgoing, Publisher, create_publisher
from shared.settings import Settings

PATIENCE_SECONDS = 120.0
PAUSE_SECONDS = 0.5

Say = Callable[[str, float], None]


class SelfcheckError(TocsinError):
    """The item did not come through; the message says where it was last."""


@dataclass(frozen=True, slots=True)
class Probe:
    """One item on its way; asks the stores where it has come to."""

    item: MediaItemIngested
    word: str
    settings: Settings
    database: mongo.Database
    client: AsyncElasticsearch

    async def stored(self) -> bool:
        """Return whether the portal's store has the item, which analysis must have seen."""
        with mongo.transient_mongo():
            found = await self.database["documents"].find_one({"_id": self.item.item_id})
        return found is not None

    async def found(self) -> bool:
        """Return whether a search finds the item's word."""
        with elastic.transient_elastic():
            answer = await self.client.search(
                index=elastic.alias("items", self.settings.namespace),
                query={"multi_match": {"query": self.word}},
                size=1,
                source=False,
            )
        return bool(answer["hits"]["hits"])

    async def gone(self) -> bool:
        """Return whether no search finds it."""
        return not await self.found()


async def pass_item(settings: Settings, say: Say, patience: float = PATIENCE_SECONDS) -> None:
    """Send one item all the way and take it back; *say* is told each stop and its seconds."""
    word = new_word()
    database = mongo.connect(settings, "portal")
    try:
        async with (
            create_publisher(settings, "selfcheck") as publisher,
            elastic.connect(settings) as client,
        ):
            probe = Probe(compose_item(word), word, settings, database, client)
            await _pass(probe, publisher, Stops(say, patience))
    finally:
        mongo.client_of(database).close()


async def _pass(probe: Probe, publisher: Publisher, stops: Stops) -> None:
    await publisher.publish([Outgoing(probe.item, datetime.now(UTC))])
    stops.reached("published")
    try:
        await stops.until("analysed and stored", "look at analysis and indexer", probe.stored)
        await stops.until("found by a search", "look at indexer and elasticsearch", probe.found)
    finally:  # also what got stuck half way must not be shown to people
        removal = compose_removal(probe.item)
        await publisher.publish([Outgoing(removal, removal.recorded_at)])
    await stops.until("removed again", "look at indexer", probe.gone)


@dataclass(frozen=True, slots=True)
class Stops:
    """Tells each stop of the way, with the seconds since the first."""

    say: Say
    patience: float
    began: float = field(default_factory=time.monotonic)

    def reached(self, stop: str) -> None:
        """Say that the item is there."""
        self.say(stop, time.monotonic() - self.began)

    async def until(self, stop: str, advice: str, condition: Callable[[], Awaitable[bool]]) -> None:
        """Wait for the stop; SelfcheckError says which one was not reached, and what to do."""
        deadline = time.monotonic() + self.patience
        while not await condition():
            if time.monotonic() > deadline:
                raise SelfcheckError(
                    f"After {self.patience:.0f} s the item was not {stop}: {advice}."
                )
            await asyncio.sleep(PAUSE_SECONDS)
        self.reached(stop)
