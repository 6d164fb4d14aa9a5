"""The worker on a real broker: what is committed, dead-lettered, parked and drained."""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import pytest

from shared.admin import prepare
from shared.consume import Rejections
from shared.dead_letters import DeadLetter, put_back, read_dead_letters
from shared.errors import ConfigurationError, PermanentError, TransientError
from shared.health import Health
from shared.mongo import client_of, connect
from shared.offsets import consumer_lag
from shared.parking import MongoParking
from shared.publish import create_producer
from shared.records import Record
from shared.settings import Settings
from shared.topics import REMOVALS, Subscription, Topic, subscription
from shared.worker import Consumer, Worker, create_worker
from tests.engines import as_principal

INGEST = subscription("ingest")


@dataclass
class Recorder:
    """A handler that fails on demand and remembers what it saw."""

    seen: list[bytes] = field(default_factory=list)
    open: asyncio.Event = field(default_factory=asyncio.Event)
    poison: bytes = b"poison"
    away: bytes = b""

    async def handle(self, records: Sequence[Record]) -> Rejections:
        rejections: dict[int, PermanentError] = {}
        for index, record in enumerate(records):
            self.seen.append(record.value)
            if record.value == self.poison:
                rejections[index] = PermanentError("poison")
            if record.value == self.away:
                raise TransientError("away")
            if record.value == b"flaky" and self.seen.count(b"flaky") < 3:
                raise TransientError("away")
            if record.value == b"stuck":
                await self.open.wait()
        return rejections


@asynccontextmanager
async def running(
    settings: Settings, recorder: Recorder, batch_size: int = 10
) -> AsyncIterator[Worker]:
    database = connect(settings, "ingest")
    consumer = Consumer(INGEST, recorder.handle, database, batch_size, batch_seconds=0.05)
    worker = create_worker(settings, consumer, Health("test"))
    await worker.start()
    try:
        yield worker
    finally:
        await worker.stop()
        client_of(database).close()


async def send(settings: Settings, *values: bytes, topic: Topic = REMOVALS) -> None:
    async with create_producer(settings) as producer:
        for value in values:
            await producer.send_and_wait(topic.physical(settings.namespace), value, partition=0)


async def lag(settings: Settings) -> int:
    return sum((await consumer_lag(settings, INGEST)).values())


async def until(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(40):
        while not condition():
            await asyncio.sleep(0.05)


async def until_lag(settings: Settings, wanted: int) -> None:
    async with asyncio.timeout(40):
        while await lag(settings) != wanted:
            await asyncio.sleep(0.2)


async def dead_letters(settings: Settings) -> list[DeadLetter]:
    return [letter async for letter in read_dead_letters(settings, INGEST)]


@pytest.fixture
async def ready(settings: Settings) -> Settings:
    await prepare(settings, [REMOVALS])
    return settings


async def test_every_record_is_settled_in_order_and_committed(ready: Settings) -> None:
    recorder = Recorder()
    await send(ready, b"fine", b"flaky", b"poison", b"last")
    async with running(ready, recorder, batch_size=1):
        await until(lambda: b"last" in recorder.seen)
        await until_lag(ready, 0)
    assert recorder.seen == [b"fine", b"flaky", b"flaky", b"flaky", b"poison", b"last"]


async def test_a_dead_letter_holds_the_original_bytes_and_says_where_from(ready: Settings) -> None:
    recorder = Recorder()
    await send(ready, b"fine", b"poison", b"last")
    async with running(ready, recorder):
        await until_lag(ready, 0)
    (letter,) = await dead_letters(ready)
    assert letter.value == b"poison"
    assert letter.topic == "removals.v1"
    assert letter.reason == "poison"
    assert dict(letter.headers)["dlq_offset"] == b"1"


async def test_a_dead_letter_put_back_twice_is_handled_twice_and_lost_never(
    ready: Settings,
) -> None:
    await send(ready, b"poison")
    async with running(ready, Recorder()):
        await until_lag(ready, 0)
    for _ in range(2):
        assert await put_back(ready, read_dead_letters(ready, INGEST)) == 1
    mended = Recorder()
    mended.poison = b""
    async with running(ready, mended):
        await until_lag(ready, 0)
    assert mended.seen == [b"poison", b"poison"]


async def test_a_poison_record_of_the_largest_size_is_dead_lettered(ready: Settings) -> None:
    poison = random.Random(1).randbytes(1_040_000)
    recorder = Recorder()
    recorder.poison = poison
    async with create_producer(ready, 1_048_000) as producer:
        await producer.send_and_wait(REMOVALS.physical(ready.namespace), poison, partition=0)
    async with running(ready, recorder):
        await until_lag(ready, 0)
    assert [letter.value for letter in await dead_letters(ready)] == [poison]


async def test_stopping_while_a_dependency_is_away_is_quick(ready: Settings) -> None:
    await send(ready, b"never")
    recorder = Recorder()
    recorder.away = b"never"
    async with running(ready, recorder):
        await until(lambda: len(recorder.seen) >= 3)
        began = time.monotonic()
    assert time.monotonic() - began < 8
    assert await lag(ready) == 1


async def test_stopping_does_not_commit_the_batch_in_flight(ready: Settings) -> None:
    recorder = Recorder()
    await send(ready, b"fine", b"stuck", b"last")
    async with running(ready, recorder, batch_size=1):
        await until(lambda: b"stuck" in recorder.seen)
    assert await lag(ready) == 2


async def test_slow_record_is_not_passed_by_fast_ones_behind_it(ready: Settings) -> None:
    recorder = Recorder()
    await send(ready, b"stuck", *[b"fast"] * 20)
    async with running(ready, recorder, batch_size=1):
        await until(lambda: b"stuck" in recorder.seen)
        await asyncio.sleep(1)  # ten times as long as the fast ones would take
        assert await lag(ready) == 21
        recorder.open.set()
        await until_lag(ready, 0)
    assert recorder.seen == [b"stuck", *[b"fast"] * 20]


async def test_stopping_under_load_commits_what_was_done(ready: Settings) -> None:
    recorder = Recorder()
    await send(ready, *[b"%d" % number for number in range(300)])
    async with running(ready, recorder):
        await until(lambda: len(recorder.seen) >= 100)
    assert await lag(ready) == 300 - len(recorder.seen)


async def test_a_run_of_poison_parks_and_a_restart_does_not_lift_it(ready: Settings) -> None:
    settings = ready.model_copy(update={"consume_park_after": 5})
    database = connect(settings, "ingest")
    parking = MongoParking(database, "ingest")
    await send(settings, *[b"poison"] * 8)
    async with running(settings, Recorder()) as worker:
        await until(lambda: worker.loop.progress.parked)
        await until_lag(settings, 3)
    recorder = Recorder()
    async with running(settings, recorder) as worker:
        await until(lambda: worker.loop.progress.parked)
        assert recorder.seen == []
        assert await parking.lift()
        await until_lag(settings, 0)
    assert len(await dead_letters(settings)) == 8
    client_of(database).close()


async def test_nothing_is_missing_when_a_second_worker_joins_and_leaves(ready: Settings) -> None:
    first, second = Recorder(), Recorder()
    wanted = {b"%d" % number for number in range(600)}
    async with running(ready, first):
        for part in range(3):
            await send(ready, *[b"%d" % number for number in range(part * 200, part * 200 + 200)])
            async with running(ready, second):
                await asyncio.sleep(1)
        await until_lag(ready, 0)
    assert set(first.seen) | set(second.seen) == wanted


async def test_only_the_portal_may_write_what_people_decide(ready: Settings) -> None:
    await send(as_principal(ready, "portal"), b"fine")
    with pytest.raises(Exception, match="TopicAuthorizationFailed"):
        await send(as_principal(ready, "ingest"), b"forged")


async def test_preparing_again_changes_nothing(ready: Settings) -> None:
    await prepare(ready, [REMOVALS])
    assert await consumer_lag(ready, INGEST) == {"removals.v1": 0}


async def test_a_topic_with_other_partitions_is_refused(ready: Settings) -> None:
    changed = Topic(REMOVALS.name, REMOVALS.event_type, REMOVALS.writers, partitions=7)
    with pytest.raises(ConfigurationError, match="has 3 partitions, not 7"):
        await prepare(ready, [changed])


def test_the_ingest_consumer_reads_removals() -> None:
    assert Subscription("ingest", "ingest", (REMOVALS,)) == INGEST
