"""Where parked consumers and dead letters are kept: MongoDB and the dead-letter topics."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

from aiokafka import AIOKafkaProducer
from aiokafka.errors import KafkaError

from shared.errors import TransientError
from shared.mongo import Database, transient_mongo
from shared.publish import create_producer
from shared.records import Record
from shared.settings import Settings
from shared.topics import dead_letter_topic

COLLECTION = "parked"


def utc_now() -> datetime:
    """Return the present, aware and in UTC."""
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class MongoParking:
    """The parked state of one consumer: `parked/<consumer>` in its service's database."""

    database: Database
    consumer: str
    now: Callable[[], datetime] = utc_now

    async def park(self, reason: str) -> None:
        """Remember why the consumer stopped."""
        with transient_mongo():
            await self.database[COLLECTION].update_one(
                {"_id": self.consumer},
                {"$set": {"reason": reason, "parked_at": self.now()}},
                upsert=True,
            )

    async def reason(self) -> str | None:
        """Return why the consumer is parked, or None."""
        with transient_mongo():
            found = await self.database[COLLECTION].find_one({"_id": self.consumer})
        return None if found is None else str(found["reason"])

    async def lift(self) -> bool:
        """Let the consumer go on; return whether it was parked."""
        with transient_mongo():
            result = await self.database[COLLECTION].delete_one({"_id": self.consumer})
        return bool(result.deleted_count)


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
        """Return when the broker has confirmed the dead letter."""
        extra = {
            "dlq_topic": record.topic,
            "dlq_partition": str(record.partition),
            "dlq_offset": str(record.offset),
            "dlq_error": type(error).__name__,
            "dlq_reason": str(error)[:1000],
            "dlq_attempts": str(attempts),
            "dlq_at": self.now().isoformat(),
        }
        merged = {**record.headers, **extra}
        topic = dead_letter_topic(record.topic, self.consumer, self.settings.namespace)
        try:
            producer = await self._connected()
            await producer.send_and_wait(
                topic,
                record.value,
                key=record.key,
                headers=[(name, value.encode()) for name, value in merged.items()],
            )
        except KafkaError as away:
            await self.close()
            raise TransientError(f"the dead-letter topic {topic} does not confirm") from away

    async def close(self) -> None:
        """Disconnect; the next dead letter connects again."""
        producer, self._producer = self._producer, None
        if producer is not None:
            stopping = asyncio.ensure_future(producer.stop())
            await asyncio.wait({stopping}, timeout=5)

    async def _connected(self) -> AIOKafkaProducer:
        if self._producer is None:
            producer = create_producer(self.settings)
            try:
                await producer.start()
            except KafkaError:
                await producer.stop()
                raise
            self._producer = producer
        return self._producer
