"""Runs one service: waits for what it needs, consumes, serves its operations routes, stops.

A process has at most one consumer, which is one Faust application with one agent on one
stream over all its topics. Faust only consumes; it declares nothing, writes nothing and
keeps no tables.
"""

from __future__ import annotations

import asyncio
import os
import signal
import tempfile
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass
from functools import partial
from typing import Any

import faust
import structlog
from aiokafka.client import AIOKafkaClient
from aiokafka.errors import KafkaError

from shared.consume import Handler, Loop, RetryPolicy
from shared.dead_letters import KafkaDeadLetters
from shared.errors import TransientError
from shared.health import Health
from shared.mongo import Database
from shared.ops import start_ops
from shared.parking import MongoParking
from shared.publish import connection
from shared.records import Record
from shared.settings import Settings
from shared.topics import Subscription
from shared.watchdog import watch

log = structlog.get_logger()

DRAIN_SECONDS = 8.0
CHECK_SECONDS = 5.0
EXIT_FAILED = 70  # EX_SOFTWARE of sysexits.h

Background = Callable[[], Coroutine[Any, Any, None]]


@dataclass(frozen=True, slots=True)
class Dependency:
    """Something a service needs; `check` raises TransientError while it is away."""

    name: str
    check: Callable[[], Awaitable[None]]


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


def kafka_dependency(settings: Settings, subscription: Subscription | None = None) -> Dependency:
    """Return the check that Kafka answers and that the topics of *subscription* exist."""
    wanted = {
        topic.physical(settings.namespace)
        for topic in (subscription.topics if subscription else ())
    }

    async def check() -> None:
        client = AIOKafkaClient(**connection(settings))
        try:
            await client.bootstrap()
            missing = wanted - (await client.fetch_all_metadata()).topics()
        except KafkaError as error:
            raise TransientError(f"Kafka is away: {type(error).__name__}") from error
        finally:
            await client.close()
        if missing:
            raise TransientError(f"topic {min(missing)} is missing: run tocsin prepare")

    return Dependency("kafka", check)


async def await_dependencies(
    health: Health, dependencies: Sequence[Dependency], pause_seconds: float = 1.0
) -> None:
    """Return when every dependency answers; until then /healthz says what is awaited."""
    for dependency in dependencies:
        while not await _check(health, dependency):
            await asyncio.sleep(pause_seconds)


async def _check(health: Health, dependency: Dependency) -> bool:
    try:
        await asyncio.wait_for(dependency.check(), timeout=20)
    except (TransientError, TimeoutError) as error:
        health.waiting(dependency.name, str(error) or "no answer")
        return False
    health.ok(dependency.name)
    return True


async def observe_dependencies(health: Health, dependencies: Sequence[Dependency]) -> None:
    """Keep /healthz true while the service runs."""
    while True:
        for dependency in dependencies:
            await _check(health, dependency)
        await asyncio.sleep(CHECK_SECONDS)


def create_application(settings: Settings, subscription: Subscription) -> faust.App:
    """Return the Faust application of one consumer; every option here prevents a loss."""
    credentials = None
    if settings.kafka_username is not None:
        credentials = faust.SASLCredentials(
            username=settings.kafka_username, password=settings.password("kafka")
        )
    return faust.App(
        subscription.group(settings.namespace),
        broker=[f"kafka://{one.strip()}" for one in settings.kafka_bootstrap.split(",")],
        broker_credentials=credentials,
        broker_commit_interval=1.0,
        broker_max_poll_interval=settings.consume_max_poll_seconds,
        broker_session_timeout=30.0,
        broker_heartbeat_interval=3.0,
        consumer_auto_offset_reset="earliest",
        datadir=tempfile.mkdtemp(prefix="tocsin-faust-"),
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
        await application.start()

    async def stop(self) -> None:
        """Finish the batch in hand, commit, and leave the group, within ten seconds."""
        self.stopping = True
        if self.application is None:
            return
        deadline = asyncio.get_running_loop().time() + DRAIN_SECONDS
        progress = self.loop.progress
        while (
            progress.busy and not progress.parked and asyncio.get_running_loop().time() < deadline
        ):
            await asyncio.sleep(0.02)
        try:
            async with asyncio.timeout(DRAIN_SECONDS):
                await self.application.consumer.commit()
                await self.application.stop()
        except TimeoutError:
            log.warning("stop_timed_out", consumer=self.consumer.subscription.consumer)
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


async def run_service(
    settings: Settings,
    health: Health,
    *,
    consumer: Consumer | None = None,
    background: Sequence[Background] = (),
    dependencies: Sequence[Dependency] = (),
) -> int:
    """Run until SIGTERM or SIGINT; return the process's exit status.

    A background coroutine that ends with an error ends the service: a half-running
    service would be a silent failure.
    """
    stopping = asyncio.Event()
    running = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        running.add_signal_handler(number, stopping.set)
    async with AsyncExitStack() as stack:
        ops = await start_ops(health, settings.ops_host, settings.ops_port)
        stack.push_async_callback(ops.cleanup)
        main = asyncio.create_task(_run(settings, health, consumer, background, dependencies))
        stop = asyncio.create_task(stopping.wait())
        await asyncio.wait({main, stop}, return_when=asyncio.FIRST_COMPLETED)
        stop.cancel()
        if main.done() and not main.cancelled() and main.exception() is not None:
            log.critical("service_failed", exc_info=main.exception())
            return EXIT_FAILED
        main.cancel()
        await asyncio.wait({main})
    log.info("service_stopped")
    return 0


async def _run(
    settings: Settings,
    health: Health,
    consumer: Consumer | None,
    background: Sequence[Background],
    dependencies: Sequence[Dependency],
) -> None:
    await await_dependencies(health, dependencies)
    worker = None if consumer is None else create_worker(settings, consumer, health)
    try:
        async with asyncio.TaskGroup() as group:
            group.create_task(observe_dependencies(health, dependencies))
            for one in background:
                group.create_task(one())
            if worker is not None:
                await worker.start()
                group.create_task(
                    watch(settings, worker.consumer.subscription, worker.loop.progress)
                )
                log.info("service_started", consumer=worker.loop.consumer)
    finally:
        if worker is not None:
            await asyncio.shield(worker.stop())
