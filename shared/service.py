"""Runs one service: waits for what it needs, does its work, shows how it is, and stops."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Callable, Coroutine, Sequence
from contextlib import AsyncExitStack
from typing import Any

import structlog

from shared.dependencies import Dependency, await_dependencies, observe_dependencies
from shared.errors import TransientError
from shared.health import Health
from shared.ops import start_ops
from shared.settings import Settings
from shared.watchdog import watch
from shared.worker import EXIT_FAILED, Consumer, Worker, create_worker

log = structlog.get_logger()

START_PAUSE_SECONDS = 1.0

Background = Callable[[], Coroutine[Any, Any, None]]


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
    for dependency in dependencies:  # nothing is ready before it was asked
        health.waiting(dependency.name, "not asked yet")
    if consumer is not None:
        health.waiting(f"consumer {consumer.subscription.consumer}", "not started yet")
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
                progress = worker.loop.progress
                group.create_task(watch(settings, worker.consumer.subscription, progress))
                await _start(worker, health)
                group.create_task(worker.fail_with_application())
    finally:
        if worker is not None:
            await asyncio.shield(worker.stop())


async def _start(worker: Worker, health: Health) -> None:
    """Join the group, however often Kafka goes away meanwhile."""
    name = f"consumer {worker.loop.consumer}"
    while True:
        try:
            await worker.start()
        except TransientError as error:
            health.waiting(name, str(error))
            await asyncio.sleep(START_PAUSE_SECONDS)
        else:
            health.ok(name)
            log.info("service_started", consumer=worker.loop.consumer)
            return
