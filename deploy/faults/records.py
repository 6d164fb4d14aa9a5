"""Faults in what lies on the topics: poison, runs of poison, a dead-letter topic that is away."""

import asyncio
from functools import partial

from deploy.faults.broker import delete_topic
from deploy.faults.stage import Act, FaultError, Stage
from shared.admin import prepare
from shared.dead_letters import put_back, read_dead_letters
from shared.mongo import client_of, connect
from shared.parking import MongoParking
from shared.topics import MEDIA_ITEMS, SUBSCRIBERS, dead_letter_topic, subscription

POISON = (b"", b"\x00\xff\xfe", b"{", b'{"item_id": {"$gt": ""}}', b"[" * 1000)
RUN = 60  # beyond the limit of consume_park_after
SOON = 60


async def poison_each_topic(stage: Stage) -> None:
    """Put bytes that are no events on every topic that is read."""
    await stage.indexed(SOON)
    topics = {topic for one in SUBSCRIBERS for topic in one.topics}
    for topic in sorted(topics, key=lambda topic: topic.name):
        await stage.put(topic, *POISON, key=b"poison")  # compacted topics ask for one
    await stage.through()
    for one in SUBSCRIBERS:
        expected = len(POISON) * len(one.topics)
        found = [letter async for letter in read_dead_letters(stage.settings, one)]
        if len(found) < expected:
            raise FaultError(f"{one.consumer} has {len(found)} dead letters, not {expected}")


async def run_of_poison(stage: Stage, name: str = "analysis") -> None:
    """Put more poison in a row than is borne: the consumer parks, also after a restart."""
    await stage.indexed(SOON)
    await stage.put(MEDIA_ITEMS, *[b"poison"] * RUN * MEDIA_ITEMS.partitions)
    await stage.condition(name, name, "parked")
    stage.demonstration.stack.kill(name)
    stage.restart(name)
    await stage.condition(name, name, "parked")
    database = connect(stage.settings, name)
    while (await stage.meter.read()).lag:
        await MongoParking(database, name).lift()
        await asyncio.sleep(1)
    client_of(database).close()


async def no_dead_letter_topic(stage: Stage) -> None:
    """Take the dead-letter topic away: poison waits, commits nothing, and goes on later."""
    name = dead_letter_topic(MEDIA_ITEMS.name, "analysis", stage.settings.namespace)
    await stage.indexed(SOON)
    await delete_topic(stage.settings, name)
    await stage.put(MEDIA_ITEMS, b"poison")
    await stage.condition("analysis", "analysis", "waiting")
    await prepare(stage.settings)


async def put_back_twice(stage: Stage) -> None:
    """Put dead letters back where they came from, twice: they return, and nothing changes."""
    await stage.put(MEDIA_ITEMS, *POISON)
    found = subscription("analysis")
    for _ in range(2):
        await stage.through()
        await put_back(stage.settings, read_dead_letters(stage.settings, found))


SCENARIOS: dict[str, Act] = {
    "poison-in-each-topic": poison_each_topic,
    "run-of-poison-parks": partial(run_of_poison),
    "dead-letter-topic-away": no_dead_letter_topic,
    "dead-letters-put-back-twice": put_back_twice,
}
