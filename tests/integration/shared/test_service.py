"""One service as a process: it waits, says what for, recovers, and ends when asked to."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import aiohttp
import pytest

from shared.dependencies import Dependency
from shared.errors import TransientError
from shared.health import Health
from shared.service import run_service
from shared.settings import load_settings
from tests.engines import free_port


class Engine:
    """A dependency that can be switched on and off."""

    up = False
    broken = False

    async def check(self) -> None:
        if self.broken:
            raise ValueError("no JSON")
        if not self.up:
            raise TransientError("the engine is away")


@asynccontextmanager
async def service(
    engine: Engine, started: asyncio.Event
) -> AsyncIterator[tuple[str, asyncio.Task[int]]]:
    port = free_port()
    settings = load_settings(env="test", ops_port=port)

    async def background() -> None:
        started.set()
        await asyncio.Event().wait()

    running = asyncio.create_task(
        run_service(
            settings,
            Health("test"),
            background=[background],
            dependencies=[Dependency("engine", engine.check)],
        )
    )
    await asyncio.sleep(0.3)
    yield f"http://127.0.0.1:{port}", running
    if not running.done():
        os.kill(os.getpid(), signal.SIGTERM)
    await asyncio.wait_for(running, 10)


async def get(address: str) -> tuple[int, str]:
    async with aiohttp.ClientSession() as session, session.get(address) as answer:
        return answer.status, await answer.text()


async def test_a_service_waits_for_an_absent_engine_and_then_starts() -> None:
    engine, started = Engine(), asyncio.Event()
    async with service(engine, started) as (address, _):
        assert (await get(f"{address}/livez"))[0] == 200
        assert (await get(f"{address}/readyz"))[0] == 503
        assert "the engine is away" in (await get(f"{address}/healthz"))[1]
        assert not started.is_set()
        engine.up = True
        await asyncio.wait_for(started.wait(), 5)
        assert (await get(f"{address}/readyz"))[0] == 200


async def test_an_engine_that_goes_away_shows_and_recovers(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("shared.dependencies.CHECK_SECONDS", 0.05)
    engine, started = Engine(), asyncio.Event()
    engine.up = True
    async with service(engine, started) as (address, _):
        engine.up = False
        await asyncio.sleep(0.3)
        assert (await get(f"{address}/readyz"))[0] == 503
        engine.up = True
        await asyncio.sleep(0.3)
        assert (await get(f"{address}/readyz"))[0] == 200


async def test_a_check_that_fails_in_an_unknown_way_is_a_wait_too() -> None:
    engine, started = Engine(), asyncio.Event()
    engine.broken = True
    async with service(engine, started) as (address, running):
        assert (await get(f"{address}/readyz"))[0] == 503
        assert "ValueError" in (await get(f"{address}/healthz"))[1]
        assert not running.done()


async def test_sigterm_ends_the_service_with_status_zero() -> None:
    engine, started = Engine(), asyncio.Event()
    engine.up = True
    async with service(engine, started) as (_, running):
        os.kill(os.getpid(), signal.SIGTERM)
        assert await asyncio.wait_for(running, 10) == 0


async def test_metrics_are_served() -> None:
    async with service(Engine(), asyncio.Event()) as (address, _):
        status, text = await get(f"{address}/metrics")
    assert status == 200
    assert "tocsin_records_total" in text
