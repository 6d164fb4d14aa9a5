"""Dead letters: what a consumer could never process, as it came, and how it is put back.

The original bytes, key and headers are kept; `dlq_` headers say where a record came
from, why it failed, after how many attempts and when. Putting one back is harmless
however often it is done, because handlers are idempotent.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, ConsumerRecord, TopicPartition
from aiokafka.errors import KafkaError

from shared.clock import utc_now
from shared.errors import TransientError
from shared.publish import connection, create_producer
from shared.records import Record
from shared.settings import Settings
from shared.topics import Subscription, dead_letter_topic

PREFIX = "dlq_"
REASON_CHARACTERS = 1000
MAX_BYTES = 2_097_152  # of a message on a dead-letter topic
MAX_VALUE_BYTES = 1_900_000  # the rest is for key and headers


@dataclass(slots=True)
class KafkaDeadLetters:
    """Writes the original bytes of a record to `<topic>.<consumer>.dlq`.

    Headers say where it came from, why, after how many attempts and when; the record's
    own headers and key are kept, so that it can be put back as it was.
    """

    settings: Settings
    consumer: str
    now: Callable[[], datetime] = utc_now
    _producer: AIOKafkaProducer | None = None

    async def put(self, record: Record, error: Exception, attempts: int) -> None:
        """Return when the broker has confirmed the dead letter.

        Of a record over MAX_BYTES (a compressed one can be) the beginning is kept, with
        the hash and the length of the whole: it still lies on its topic.
        """
        said = self._described(record, error, attempts)
        value = record.value
        if len(value) > MAX_VALUE_BYTES:
            said |= {"dlq_sha256": sha256(value).hexdigest(), "dlq_bytes": str(len(value))}
            value = value[:MAX_VALUE_BYTES]
        topic = dead_letter_topic(record.topic, self.consumer, self.settings.namespace)
        headers = {**record.headers, **said}
        try:
            producer = await self._connected()
            await producer.send_and_wait(
                topic,
                value,
                key=record.key,
                headers=[(name, one.encode("utf-8", "replace")) for name, one in headers.items()],
            )
        except KafkaError as away:
            await self.close()
            raise TransientError(f"the dead-letter topic {topic} does not confirm") from away

    def _described(self, record: Record, error: Exception, attempts: int) -> dict[str, str]:
        return {
            "dlq_topic": record.topic,
            "dlq_partition": str(record.partition),
            "dlq_offset": str(record.offset),
            "dlq_error": type(error).__name__,
            "dlq_reason": str(error)[:REASON_CHARACTERS],
            "dlq_attempts": str(attempts),
            "dlq_at": self.now().isoformat(),
        }

    async def close(self) -> None:
        """Disconnect; the next dead letter connects again."""
        producer, self._producer = self._producer, None
        if producer is not None:
            stopping = asyncio.ensure_future(producer.stop())
            await asyncio.wait({stopping}, timeout=5)

    async def _connected(self) -> AIOKafkaProducer:
        if self._producer is None:
            producer = create_producer(self.settings, MAX_BYTES)
            try:
                await producer.start()
            except KafkaError:
                await producer.stop()
                raise
            self._producer = producer
        return self._producer


@dataclass(frozen=True, slots=True)
class DeadLetter:
    """One dead letter as a person sees it, with what is needed to put it back."""

    topic: str
    offset: int
    reason: str
    at: str
    key: bytes | None
    value: bytes
    headers: tuple[tuple[str, bytes], ...]


async def read_dead_letters(
    settings: Settings, subscription: Subscription
) -> AsyncIterator[DeadLetter]:
    """Yield every dead letter of one consumer, oldest first within each topic."""
    names = {
        dead_letter_topic(topic.name, subscription.consumer, settings.namespace): topic.name
        for topic in subscription.topics
    }
    consumer = AIOKafkaConsumer(**connection(settings), auto_offset_reset="earliest")
    async with consumer:
        partitions = [TopicPartition(name, 0) for name in names]
        ends = await consumer.end_offsets(partitions)
        for partition, end in ends.items():
            consumer.assign([partition])
            await consumer.seek_to_beginning(partition)
            while await consumer.position(partition) < end:
                yield _letter(names[partition.topic], await consumer.getone(partition))


async def put_back(settings: Settings, letters: AsyncIterator[DeadLetter]) -> int:
    """Write each letter to the topic it came from, as it was; return how many."""
    count = 0
    async with create_producer(settings) as producer:
        async for letter in letters:
            await producer.send_and_wait(
                f"{settings.namespace}{letter.topic}",
                letter.value,
                key=letter.key,
                headers=[one for one in letter.headers if not one[0].startswith(PREFIX)],
            )
            count += 1
    return count


def _letter(topic: str, found: ConsumerRecord) -> DeadLetter:
    said = {name: value.decode("utf-8", "replace") for name, value in found.headers}
    return DeadLetter(
        topic=topic,
        offset=found.offset,
        reason=said.get("dlq_reason", ""),
        at=said.get("dlq_at", ""),
        key=found.key,
        value=found.value or b"",
        headers=tuple(found.headers),
    )
