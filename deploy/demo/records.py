"""Everything that lies on a topic now, read from its beginning outside any consumer group."""

from dataclasses import dataclass
from typing import Any

from aiokafka import AIOKafkaConsumer, TopicPartition

from shared.publish import connection
from shared.settings import Settings
from shared.topics import Topic, dead_letter_topic

POLL_MILLISECONDS = 1000
BATCH = 2000


@dataclass(frozen=True, slots=True)
class Lying:
    """One record as it lies on its topic."""

    key: str
    value: bytes
    headers: dict[str, str]
    written_ms: int


async def read_topic(settings: Settings, topic: Topic) -> list[Lying]:
    """Read all partitions of the topic up to the ends that they have at this moment."""
    return await _read(settings, topic.physical(settings.namespace), topic.partitions)


async def read_dead_letters(settings: Settings, topic: Topic, consumer: str) -> list[Lying]:
    """Read what *consumer* could not process of the topic."""
    name = dead_letter_topic(topic.name, consumer, settings.namespace)
    return await _read(settings, name, partitions=1)


async def _read(settings: Settings, name: str, partitions: int) -> list[Lying]:
    consumer = AIOKafkaConsumer(**connection(settings), enable_auto_commit=False)
    async with consumer:
        return await _read_to_end(
            consumer, [TopicPartition(name, number) for number in range(partitions)]
        )


async def _read_to_end(consumer: Any, partitions: list[TopicPartition]) -> list[Lying]:
    ends = await consumer.end_offsets(partitions)
    consumer.assign(partitions)
    await consumer.seek_to_beginning(*partitions)
    records: list[Lying] = []
    while True:
        behind = [p for p in partitions if await consumer.position(p) < ends[p]]
        if not behind:
            return records
        found = await consumer.getmany(timeout_ms=POLL_MILLISECONDS, max_records=BATCH)
        for batch in found.values():
            records.extend(_lying(record) for record in batch)


def _lying(record: Any) -> Lying:
    return Lying(
        key=(record.key or b"").decode("utf-8", "replace"),
        value=record.value or b"",
        headers={name: value.decode("utf-8", "replace") for name, value in record.headers},
        written_ms=record.timestamp,
    )
