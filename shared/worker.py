"""One consumer at work: a Faust application around the shared loop.

A process has at most one consumer, which is one application with one agent on one stream
over all its topics. Faust only consumes; it declares nothing, writes nothing and keeps no
tables, so its folder stays empty.
"""

from __future__ import annotations

import asyncio
import os
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import faust
import structlog
from aiokafka.errors import KafkaError

from shared.consume import Handler, Loop, RetryPolicy
from shared.dead_letters import KafkaDeadLetters
from shared.errors import TransientError
from shared.health import Health
from shared.mongo import Database
from shared.parking import MongoParking
from shared.records import Record
from shared.settings import Settings
from shared.topics import Subscription

log = structlog.get_logger()

DRAIN_SECONDS = 5.0
STOP_SECONDS = 9.0
EXIT_FAILED = 70  # EX_SOFTWARE of sysexits.h


@dataclass(frozen=True, slots=True)
class Consumer:
    """What one process consumes, and with which handler.

    A batch is handed over when it has `batch_size` records or `batch_seconds` after the
    last one, whichever comes first. `database` holds the parked state.
    """

    subscription: Subscription
    handle: Handler
    database: Database
    batch_size: int = 100
    batch_seconds: float = 0.5


def create_application(settings: Settings, subscription: Subscription) -> faust.App:
    """Return the Faust application of one consumer; every option here prevents a loss."""
    credentials = None
    if settings.kafka_username is not None:
        credentials = faust.SASLCredentials(
            username=settings.kafka_username,
            password=settings.password("kafka"),
            mechanism=settings.kafka_mechanism,
        )
    return faust.App(
        subscription.group(settings.namespace),
        broker=[f"kafka://{one.strip()}" for one in settings.kafka_bootstrap.split(",")],
        broker_credentials=credentials,
        broker_commit_interval=1.0,
        broker_max_poll_interval=settings.consume_max_poll_seconds,
        broker_session_timeout=20.0,
        broker_heartbeat_interval=3.0,
        consumer_auto_offset_reset="earliest",
        datadir=Path(tempfile.gettempdir()) / f"{subscription.group(settings.namespace)}-faust",
        store="memory://",
        stream_buffer_maxsize=256,
        stream_wait_empty=False,
        topic_allow_declare=False,
        topic_disable_leader=True,
        web_enabled=False,
    )


@dataclass(slots=True)
class Worker:
    """One consumer at work: its Faust application around the shared loop."""

    settings: Settings
    consumer: Consumer
    health: Health
    loop: Loop
    dead_letters: KafkaDeadLetters
    application: faust.App | None = None
    stopping: bool = False

    async def start(self) -> None:
        """Join the consumer group and begin."""
        subscription = self.consumer.subscription
        application = create_application(self.settings, subscription)
        names = [topic.physical(self.settings.namespace) for topic in subscription.topics]
        source = application.topic(
            *names,
            key_type=bytes,
            key_serializer="raw",
            value_type=bytes,
            value_serializer="raw",
        )
        application.agent(source, name="consume", concurrency=1)(self._consume)
        application.finalize()
        self.application = application
        try:
            await application.start()
        except KafkaError as error:
            await application.stop()
            raise TransientError(f"Kafka went away: {type(error).__name__}") from error

    async def fail_with_application(self) -> None:
        """Return never; raise when the application has ended by itself."""
        while True:
            await asyncio.sleep(1)
            ended = self.application is not None and self.application.should_stop
            if ended and not self.stopping:
                raise RuntimeError("the consuming application ended by itself")

    async def stop(self) -> None:
        """Finish the batch in hand, commit, and leave the group, all within ten seconds."""
        self.stopping = True
        try:
            async with asyncio.timeout(STOP_SECONDS):
                await self._drain()
                await self._leave()
        except TimeoutError:
            log.warning("stop_timed_out", consumer=self.consumer.subscription.consumer)

    async def _drain(self) -> None:
        """Wait a while for the batch in hand; one that waits for others is not waited for."""
        deadline = time.monotonic() + DRAIN_SECONDS
        while self.loop.progress.working and time.monotonic() < deadline:
            await asyncio.sleep(0.02)

    async def _leave(self) -> None:
        if self.application is None:
            return
        try:
            await self.application.consumer.commit()
        except KafkaError as error:
            log.warning("last_commit_failed", error=type(error).__name__)
        finally:
            await self.application.stop()
            await self.dead_letters.close()

    async def _consume(self, stream: Any) -> None:
        batches = stream.noack_take(self.consumer.batch_size, within=self.consumer.batch_seconds)
        async for events in batches:
            if self.stopping:
                await asyncio.Event().wait()  # held until the application stops; not committed
            try:
                records = [record_of(event, self.settings.namespace) for event in events]
                await self.loop.settle(records, partial(_acknowledge, events))
            except Exception:
                log.critical("loop_failed", exc_info=True)
                os._exit(EXIT_FAILED)


def _acknowledge(events: Sequence[Any], index: int) -> None:
    events[index].ack()


def record_of(event: Any, namespace: str) -> Record:
    """Return *event* of Faust as our record."""
    message = event.message
    headers = {
        name: value.decode("utf-8", "replace")
        for name, value in dict(message.headers or ()).items()
        if value is not None
    }
    return Record(
        topic=message.topic.removeprefix(namespace),
        partition=message.partition,
        offset=message.offset,
        value=message.value or b"",
        event_type=headers.get("ce_type", ""),
        key=message.key,
        headers=headers,
    )


def create_worker(settings: Settings, consumer: Consumer, health: Health) -> Worker:
    """Put together one consumer; nothing connects yet."""
    name = consumer.subscription.consumer
    dead_letters = KafkaDeadLetters(settings, name)
    loop = Loop(
        consumer=name,
        handle=consumer.handle,
        dead_letters=dead_letters,
        parking=MongoParking(consumer.database, name),
        health=health,
        park_after=settings.consume_park_after,
        policy=RetryPolicy(longest=settings.consume_retry_seconds),
    )
    return Worker(settings, consumer, health, loop, dead_letters)
