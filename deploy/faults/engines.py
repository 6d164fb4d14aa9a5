"""Faults of the engines: killed, stopped, frozen, read-only, emptied, absent at the start."""

import asyncio
import signal
import time
from collections.abc import Mapping
from functools import partial

from elasticsearch import AsyncElasticsearch

from deploy.demo.press import PRESS
from deploy.faults.newsroom import Newsroom, ids_of
from deploy.faults.stage import UNAVAILABLE, Act, FaultError, Stage
from shared import elastic
from shared.topics import MEDIA_ANALYSES
from shared.watchdog import EXIT_STUCK

ROUNDS = 20  # articles of each outlet on their way when an engine stops
SOON = 60  # items indexed before the fault
BLOCK_SECONDS = 20.0
SHORT_POLL = {"TOCSIN_CONSUME_MAX_POLL_SECONDS": "15", "TOCSIN_CONSUME_STUCK_SECONDS": "30"}
AWAY_SECONDS = 70.0
WATCHDOG_SECONDS = 150.0
REPAIR_SECONDS = 120.0
RECORDS = 4000
CONSUMERS = ("ingest", "analysis", "alerts", "indexer")
# Who says so on /healthz while an engine is away.
NEEDED_BY = {"kafka": CONSUMERS, "mongo": CONSUMERS, "elasticsearch": ("indexer",)}


async def kill(stage: Stage, engine: str, seconds: float) -> None:
    """Kill an engine, leave it away for a while, and start it again on its data."""
    await stage.indexed(SOON)
    stage.demonstration.stack.kill(engine)
    await asyncio.sleep(seconds)
    await _come_back(stage, engine)


async def stop(stage: Stage, engine: str, seconds: float) -> None:
    """Ask an engine to end under load: its port refuses for a while, then it is started again."""
    await stage.indexed(SOON)
    newsroom = Newsroom()
    articles = [newsroom.write(outlet) for outlet in PRESS * ROUNDS]
    await stage.meter.put_out(articles)  # a small input may be through already
    await stage.searchable(list(ids_of(stage, articles))[:1], "the first of what is put out")
    child = stage.demonstration.stack.child(engine)
    await asyncio.to_thread(child.stop)
    if child.status == -signal.SIGKILL:
        raise FaultError(f"{engine} did not end by itself")
    await asyncio.sleep(seconds)
    await _come_back(stage, engine)
    await stage.searchable(ids_of(stage, articles), "what was on its way")


async def freeze(stage: Stage, engine: str, seconds: float) -> None:
    """Stop an engine's process without closing its connections, then let it go on."""
    await stage.indexed(SOON)
    stage.demonstration.stack.kill(engine, signal.SIGSTOP)
    await asyncio.sleep(seconds)
    stage.demonstration.stack.kill(engine, signal.SIGCONT)
    _complain_of_dead(stage)


async def absent_at_start(stage: Stage) -> None:
    """Start every service without Kafka: each waits, says so, and begins when it comes."""
    stack = stage.demonstration.stack
    for name in CONSUMERS:
        stack.child(name).stop()
    stack.kill("kafka")
    for name in CONSUMERS:
        stage.restart(name)
    await asyncio.sleep(15)
    _complain_of_dead(stage)
    ready = [name for name in CONSUMERS if stage.ask(name, "readyz")[0] != UNAVAILABLE]
    stack.start_engines(["kafka"])
    if ready:
        raise FaultError(f"ready without Kafka: {', '.join(ready)}")


async def read_only(stage: Stage) -> None:
    """Block writes to every index for a while, as a full disk does."""
    await stage.indexed(SOON)
    async with elastic.connect(stage.settings) as client:
        everything = f"{stage.settings.namespace}*"
        await client.indices.put_settings(
            index=everything, settings={"index.blocks.read_only_allow_delete": True}
        )
        await asyncio.sleep(BLOCK_SECONDS)
        await client.indices.put_settings(
            index=everything, settings={"index.blocks.read_only_allow_delete": None}
        )


async def outlast(stage: Stage) -> None:
    """Take Elasticsearch away in the middle of many records: the same process goes on by itself."""
    before = await _fall_behind(stage, {})
    await stage.until(lambda reading: reading.lag == 0, "the indexer to catch up")
    if stage.pid("indexer") != before:
        raise FaultError("the indexer ended instead of waiting")


async def watchdog(stage: Stage) -> None:
    """Force a short poll interval and an outage beyond it: the watchdog ends the process.

    Its supervisor starts it anew (here this scenario does), and then it consumes all.
    """
    await _fall_behind(stage, SHORT_POLL)
    indexer = stage.demonstration.stack.child("indexer")
    deadline = time.monotonic() + WATCHDOG_SECONDS
    while indexer.process is not None:
        if time.monotonic() > deadline:
            raise FaultError("the watchdog did not end the indexer")
        await asyncio.sleep(1)
    if indexer.status != EXIT_STUCK:
        raise FaultError(f"the indexer ended with {indexer.status}, not {EXIT_STUCK}")
    stage.restart("indexer")
    await stage.until(lambda reading: reading.lag == 0, "the indexer to catch up")


async def _fall_behind(stage: Stage, extra: Mapping[str, str]) -> int:
    """Take Elasticsearch away, give the indexer much to do, and bring it back.

    The records are the run's own analyses, several times: the sets of items stay what they were.
    Returns the pid of the indexer.
    """
    stack = stage.demonstration.stack
    await stage.through()
    stack.child("indexer").stop()
    stage.restart("indexer", extra)
    await stage.condition("indexer", "indexer", "ok")  # only now does it consume
    pid = stage.pid("indexer")
    stack.kill("elasticsearch")
    await stage.repeat(MEDIA_ANALYSES, RECORDS)
    await asyncio.sleep(AWAY_SECONDS)
    await stage.waiting("indexer")
    stack.start_engines(["elasticsearch"])
    return pid


async def delete_indices(stage: Stage) -> None:
    """Delete what can be searched; the indexer makes it again from MongoDB by itself."""
    await stage.through()
    async with elastic.connect(stage.settings) as client:
        found = await client.indices.get(index=f"{stage.settings.namespace}*")
        for name in found:
            await client.indices.delete(index=name)
        for known in {name.rsplit("-v", 1)[0] for name in found}:
            await _await_alias(client, known)


async def _await_alias(client: AsyncElasticsearch, known: str) -> None:
    deadline = time.monotonic() + REPAIR_SECONDS
    while not await client.indices.exists_alias(name=known):
        if time.monotonic() > deadline:
            raise FaultError(f"the index behind {known} was not made again")
        await asyncio.sleep(1)


async def _come_back(stage: Stage, engine: str) -> None:
    """See who waits for an engine that is away, start it, and see them go on."""
    _complain_of_dead(stage)
    for name in NEEDED_BY[engine]:
        await stage.waiting(name)
    stage.demonstration.stack.start_engines([engine])
    for name in NEEDED_BY[engine]:
        await stage.ready(name)


def _complain_of_dead(stage: Stage) -> None:
    dead = [name for name in CONSUMERS if not stage.alive(name)]
    if dead:
        raise FaultError(f"ended instead of waiting: {', '.join(dead)}")


SCENARIOS: dict[str, Act] = {
    "kafka-killed-20-s": partial(kill, engine="kafka", seconds=20),
    "kafka-killed-120-s": partial(kill, engine="kafka", seconds=120),
    "kafka-absent-at-start": absent_at_start,
    "elasticsearch-killed-180-s": partial(kill, engine="elasticsearch", seconds=180),
    "elasticsearch-read-only": read_only,
    "elasticsearch-away-under-load": outlast,
    "elasticsearch-away-beyond-the-poll-interval": watchdog,
    "mongo-killed-20-s": partial(kill, engine="mongo", seconds=20),
    "mongo-stopped-60-s": partial(stop, engine="mongo", seconds=60),
    "mongo-frozen-60-s": partial(freeze, engine="mongo", seconds=60),
    "indices-deleted": delete_indices,
}
