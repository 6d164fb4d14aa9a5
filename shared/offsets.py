"""How far consumers are, seen from outside them: group offsets against log ends.

A consumer that hangs would report its own lag wrongly, so it is never asked. Read with aiokafka,
not with the administration client: librdkafka 2.16 crashes its process when it lists the offsets of
a group that has no coordinator yet.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager

from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.errors import KafkaError

from shared.errors import TransientError
from shared.publish import connection
from shared.settings import Settings
from shared.topics import SUBSCRIBERS, Subscription, dead_letter_topic


async def consumer_lag(settings: Settings, subscription: Subscription) -> dict[str, int]:
    """Return records not yet committed by topic (logical name), from the broker's view."""
    async with _reader(settings) as reader:
        known = await reader.topics()
        places = {
            TopicPartition(name, number): topic.name
            for topic in subscription.topics
            for number in range(topic.partitions)
            if (name := topic.physical(settings.namespace)) in known
        }
        if not places:
            return {}
        done = await _committed(settings, subscription.group(settings.namespace), places)
        starts = await reader.beginning_offsets(list(places))
        ends = await reader.end_offsets(list(places))
    lag = dict.fromkeys(places.values(), 0)
    for place, topic_name in places.items():
        lag[topic_name] += max(0, ends[place] - max(done.get(place, 0), starts[place]))
    return lag


async def dead_letter_counts(settings: Settings) -> dict[tuple[str, str], int]:
    """Return how many dead letters are kept, by (consumer, logical topic)."""
    async with _reader(settings) as reader:
        known = await reader.topics()
        places = {
            (subscriber.consumer, topic.name): TopicPartition(name, 0)
            for subscriber in SUBSCRIBERS
            for topic in subscriber.topics
            if (name := dead_letter_topic(topic.name, subscriber.consumer, settings.namespace))
            in known
        }
        if not places:
            return {}
        starts = await reader.beginning_offsets(list(places.values()))
        ends = await reader.end_offsets(list(places.values()))
    return {key: ends[place] - starts[place] for key, place in places.items()}


async def _committed(
    settings: Settings, group: str, places: Iterable[TopicPartition]
) -> dict[TopicPartition, int]:
    """Return committed offsets; a partition without one is -1."""
    admin = AIOKafkaAdminClient(**connection(settings))
    try:
        await admin.start()
        found = await admin.list_consumer_group_offsets(group, partitions=list(places))
    finally:
        await admin.close()
    return {place: committed.offset for place, committed in found.items()}


@asynccontextmanager
async def _reader(settings: Settings) -> AsyncIterator[AIOKafkaConsumer]:
    """Provide a consumer outside every group; KafkaError becomes TransientError."""
    reader = AIOKafkaConsumer(**connection(settings), enable_auto_commit=False)
    try:
        await reader.start()
        yield reader
    except KafkaError as error:
        raise TransientError(f"Kafka is away: {type(error).__name__}") from error
    finally:
        await reader.stop()
