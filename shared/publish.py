"""The one way in which Tocsin writes to Kafka.

Every delivery is awaited: an event counts as published when the broker has confirmed
it. Publishing the same event again is allowed and expected (after a crash, say); its
`ce_id` and `ce_time` are then the same, because both come from the stored fact.
"""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Protocol

from aiokafka import AIOKafkaProducer
from aiokafka.errors import KafkaError, MessageSizeTooLargeError

from shared import metrics
from shared.errors import EventTooLargeError, TransientError
from shared.events import Event, encode
from shared.ids import event_id
from shared.settings import Settings
from shared.topics import Topic

MAX_REQUEST_BYTES = 1_000_000  # the broker refuses more; events stay below 900 000
DELIVERY_MILLISECONDS = 20_000
LINGER_MILLISECONDS = 2


@dataclass(frozen=True, slots=True)
class Outgoing:
    """An event to publish, with the time at which its fact was recorded.

    `recorded_at` is stored with the fact, so that a repeated publication carries the same
    time. `topic` replaces the event's own topic where a partner has one.
    """

    event: Event
    recorded_at: datetime
    traceparent: str | None = None
    topic: Topic | None = None


class Publisher(Protocol):
    """What services ask of publishing; tests pass one that remembers or raises."""

    async def publish(self, outgoing: Sequence[Outgoing]) -> None:
        """Return when the broker has confirmed all; TransientError while it cannot."""


def headers(outgoing: Outgoing, service: str) -> list[tuple[str, bytes]]:
    """Return the CloudEvents 1.0 attributes of *outgoing* as Kafka headers."""
    event = outgoing.event
    attributes = {
        "ce_specversion": "1.0",
        "ce_type": event.TYPE,
        "ce_source": f"/tocsin/{service}",
        "ce_id": event_id(event.TYPE, event.subject, event.sequence),
        "ce_time": outgoing.recorded_at.astimezone(UTC).isoformat().replace("+00:00", "Z"),
        "ce_subject": event.subject,
        "content-type": "application/json",
        "traceparent": outgoing.traceparent or new_traceparent(),
    }
    return [(name, value.encode()) for name, value in attributes.items()]


def new_traceparent() -> str:
    """Return a W3C trace context that begins a new, sampled trace."""
    return f"00-{secrets.token_hex(16)}-{secrets.token_hex(8)}-01"


def connection(settings: Settings) -> dict[str, Any]:
    """Return how aiokafka's clients reach the broker, as keyword arguments."""
    secured = settings.kafka_username is not None
    return {
        "bootstrap_servers": settings.kafka_bootstrap,
        "security_protocol": "SASL_PLAINTEXT" if secured else "PLAINTEXT",
        "sasl_mechanism": settings.kafka_mechanism,
        "sasl_plain_username": settings.kafka_username,
        "sasl_plain_password": settings.password("kafka"),
    }


def create_producer(
    settings: Settings, max_request_bytes: int = MAX_REQUEST_BYTES
) -> AIOKafkaProducer:
    """Return an idempotent producer, not yet started."""
    return AIOKafkaProducer(
        **connection(settings),
        enable_idempotence=True,
        linger_ms=LINGER_MILLISECONDS,
        max_request_size=max_request_bytes,
        request_timeout_ms=DELIVERY_MILLISECONDS,
    )


@dataclass(slots=True)
class KafkaPublisher:
    """Publishes as one service; connects at the first use and again after a failure.

    A producer that has failed is thrown away: its sequence numbers may have gone on
    without the broker.
    """

    settings: Settings
    service: str
    _producer: AIOKafkaProducer | None = None
    _connecting: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def publish(self, outgoing: Sequence[Outgoing]) -> None:
        """Send all and await every confirmation; TransientError while Kafka is away."""
        messages = [(self._topic(one), one, encode(one.event)) for one in outgoing]
        producer = await self._connected()
        sending = [
            producer.send_and_wait(
                topic, value, key=one.event.subject.encode(), headers=headers(one, self.service)
            )
            for topic, one, value in messages
        ]
        results = await asyncio.gather(*sending, return_exceptions=True)
        for result in results:
            if isinstance(result, BaseException):
                await self._fail(result)
        for one in outgoing:
            metrics.PUBLISHED_TOTAL.labels((one.topic or one.event.TOPIC).name).inc()
        metrics.ENGINE_CALLS_TOTAL.labels("kafka").inc(len(outgoing))

    async def close(self) -> None:
        """Flush and disconnect."""
        producer, self._producer = self._producer, None
        if producer is not None:
            await producer.stop()

    def _topic(self, outgoing: Outgoing) -> str:
        topic = outgoing.topic or outgoing.event.TOPIC
        return topic.physical(self.settings.namespace)

    async def _connected(self) -> AIOKafkaProducer:
        async with self._connecting:
            if self._producer is None:
                producer = create_producer(self.settings)
                try:
                    await producer.start()
                except KafkaError as error:
                    await producer.stop()
                    raise TransientError(f"Kafka is away: {type(error).__name__}") from error
                self._producer = producer
            return self._producer

    async def _fail(self, error: BaseException) -> None:
        if isinstance(error, MessageSizeTooLargeError):
            raise EventTooLargeError(str(error)) from error
        if not isinstance(error, KafkaError):
            raise error
        await self._discard()
        raise TransientError(f"Kafka did not confirm: {type(error).__name__}") from error

    async def _discard(self) -> None:
        producer, self._producer = self._producer, None
        if producer is not None:
            stopping = asyncio.ensure_future(producer.stop())
            await asyncio.wait({stopping}, timeout=5)
            stopping.cancel()


@asynccontextmanager
async def create_publisher(settings: Settings, service: str) -> AsyncIterator[KafkaPublisher]:
    """Provide a publisher for *service* and disconnect it afterwards."""
    publisher = KafkaPublisher(settings, service)
    try:
        yield publisher
    finally:
        await publisher.close()
