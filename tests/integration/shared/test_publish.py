"""Publishing to a real broker: what arrives, what is refused, what a failure costs."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from aiokafka import AIOKafkaConsumer, ConsumerRecord

from shared.admin import prepare
from shared.errors import EventTooLargeError, TransientError
from shared.events import MediaItemIngested, decode
from shared.publish import Outgoing, connection, create_publisher
from shared.settings import Settings
from shared.topics import MEDIA_ITEMS, Topic
from tests.factories import make_item

RECORDED_AT = datetime(2026, 3, 1, 12, 30, tzinfo=UTC)


async def read(settings: Settings, topic: Topic, count: int) -> list[ConsumerRecord]:
    consumer = AIOKafkaConsumer(
        topic.physical(settings.namespace), **connection(settings), auto_offset_reset="earliest"
    )
    async with consumer:
        return [await anext(consumer) for _ in range(count)]


async def test_an_event_arrives_with_its_cloud_event_attributes(settings: Settings) -> None:
    await prepare(settings, [MEDIA_ITEMS])
    item = make_item(title="صباح الخير")
    async with create_publisher(settings, "ingest") as publisher:
        await publisher.publish([Outgoing(item, RECORDED_AT, traceparent="00-a-b-01")])
    (found,) = await read(settings, MEDIA_ITEMS, 1)
    headers = {name: value.decode() for name, value in found.headers}
    assert decode(MediaItemIngested, found.value) == item
    assert found.key == item.item_id.encode()
    assert headers["ce_type"] == "media.item.ingested.v1"
    assert headers["ce_source"] == "/tocsin/ingest"
    assert headers["ce_time"] == "2026-03-01T12:30:00Z"
    assert headers["ce_subject"] == item.item_id
    assert headers["traceparent"] == "00-a-b-01"


async def test_publishing_again_repeats_the_id_and_the_time(settings: Settings) -> None:
    await prepare(settings, [MEDIA_ITEMS])
    item = make_item()
    for _ in range(2):
        async with create_publisher(settings, "ingest") as publisher:
            await publisher.publish([Outgoing(item, RECORDED_AT)])
    first, second = (dict(one.headers) for one in await read(settings, MEDIA_ITEMS, 2))
    assert first["ce_id"] == second["ce_id"]
    assert first["ce_time"] == second["ce_time"]


async def test_an_event_over_its_limit_is_refused_before_it_is_sent(settings: Settings) -> None:
    async with create_publisher(settings, "ingest") as publisher:
        with pytest.raises(EventTooLargeError, match="600000"):
            await publisher.publish([Outgoing(make_item(text="a" * 700_000), RECORDED_AT)])


async def test_an_absent_broker_is_waited_for(settings: Settings) -> None:
    away = settings.model_copy(update={"kafka_bootstrap": "127.0.0.1:1"})
    async with create_publisher(away, "ingest") as publisher:
        with pytest.raises(TransientError, match="Kafka is away"):
            await publisher.publish([Outgoing(make_item(), RECORDED_AT)])
