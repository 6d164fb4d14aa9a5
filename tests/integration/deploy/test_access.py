"""The broker itself refuses what a principal has no right to; measured on a real one."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest
from aiokafka import AIOKafkaConsumer
from aiokafka.errors import TopicAuthorizationFailedError

from deploy.observability.lag import measure
from shared import admin, offsets
from shared.dead_letters import KafkaDeadLetters
from shared.metrics import DEAD_LETTERS, LAG_RECORDS
from shared.publish import connection, create_producer
from shared.records import Record
from shared.settings import Settings
from shared.topics import MEDIA_ITEMS, MONITOR, PRINCIPALS, TOPICS, subscription
from tests.engines import as_principal


@pytest.fixture
async def prepared(settings: Settings) -> AsyncIterator[Settings]:
    await admin.prepare(settings)
    await rules_in_force(settings)
    yield settings
    LAG_RECORDS.clear()
    DEAD_LETTERS.clear()


async def rules_in_force(settings: Settings) -> None:
    """Wait until the last rules hold: the broker confirms them before it applies them."""
    last, monitor = subscription("indexer"), as_principal(settings, MONITOR)
    async with asyncio.timeout(20):
        while len(await offsets.consumer_lag(monitor, last)) < len(last.topics):
            await asyncio.sleep(0.1)


async def writable(settings: Settings) -> set[str]:
    """Return the topics on which this principal may write, by trying each."""
    allowed = set()
    async with create_producer(settings) as producer:
        for topic in TOPICS:
            try:
                await producer.send_and_wait(
                    topic.physical(settings.namespace), b"tried", key=b"key"
                )
            except TopicAuthorizationFailedError:
                continue
            allowed.add(topic.name)
    return allowed


@pytest.mark.parametrize("principal", PRINCIPALS)
async def test_a_principal_writes_its_own_topics_and_no_other(
    prepared: Settings, principal: str
) -> None:
    own = {topic.name for topic in TOPICS if principal in topic.writers}
    assert await writable(as_principal(prepared, principal)) == own


async def test_the_monitor_sees_lag_and_dead_letters(prepared: Settings) -> None:
    topic = MEDIA_ITEMS.physical(prepared.namespace)
    async with create_producer(as_principal(prepared, "ingest")) as producer:
        for _ in range(3):
            await producer.send_and_wait(topic, b"waiting")
    letters = KafkaDeadLetters(as_principal(prepared, "analysis"), "analysis")
    await letters.put(poison(), ValueError("no event"), attempts=1)
    await letters.close()

    monitor = as_principal(prepared, MONITOR)
    lag = await offsets.consumer_lag(monitor, subscription("analysis"))
    assert lag == {"media.items.v1": 3, "removals.v1": 0}
    counts = await offsets.dead_letter_counts(monitor)
    assert {key: count for key, count in counts.items() if count} == {
        ("analysis", "media.items.v1"): 1
    }


async def test_the_monitor_reads_no_record(prepared: Settings) -> None:
    monitor = as_principal(prepared, MONITOR)
    topic = MEDIA_ITEMS.physical(prepared.namespace)
    consumer = AIOKafkaConsumer(topic, auto_offset_reset="earliest", **connection(monitor))
    async with consumer:
        with pytest.raises(TopicAuthorizationFailedError):
            await asyncio.wait_for(consumer.getone(), timeout=20)


async def test_the_exporter_shows_every_consumer(prepared: Settings) -> None:
    monitor = as_principal(prepared, MONITOR)

    async def letters() -> dict[tuple[str, str], int]:
        return await offsets.dead_letter_counts(monitor)

    await measure(lambda one: offsets.consumer_lag(monitor, one), letters)
    (family,) = LAG_RECORDS.collect()
    shown = {sample.labels["consumer"] for sample in family.samples}
    assert shown == {"ingest", "analysis", "alerts", "indexer"}


def poison() -> Record:
    return Record(
        topic="media.items.v1",
        partition=0,
        offset=7,
        value=b"\xff",
        event_type="media.item.ingested.v1",
        key=b"key",
        headers={},
    )
