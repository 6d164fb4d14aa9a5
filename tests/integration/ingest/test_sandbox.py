"""Hostile markup in the real parsers: killed within limits, the next call served at once."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import time
from collections.abc import Callable
from typing import Any

import pytest
from pebble import ProcessPool

from services.ingest.extract import extract_page
from services.ingest.feeds import parse_feed
from services.ingest.sandbox import WALL_SECONDS, Sandbox, SandboxError
from shared.health import Health
from shared.settings import Settings
from tests.integration.ingest.outlets import (
    OutletServer,
    RecordingPublisher,
    article,
    ingesting,
    until,
)

BUSY_SECONDS = 2  # what a busy machine adds to noticing, killing and starting anew

URL = "https://news.example.org/a"


async def is_served(sandbox: Sandbox) -> float:
    started = time.monotonic()
    found = await sandbox.run(extract_page, article().encode(), URL)
    assert "price of bread" in found.text
    return time.monotonic() - started


# Functions that parser processes have at hand: importing this module would take them longer
# than what is measured.
ATTACKS: dict[str, tuple[Callable[..., object], tuple[object, ...]]] = {
    "memory": (bytes, (512 * 1024 * 1024,)),
    "crash": (os.abort, ()),
    "sleep": (time.sleep, (60,)),
}


@pytest.mark.parametrize("name", ATTACKS)
async def test_call_over_a_limit_ends_and_the_next_is_served_within_a_second(name: str) -> None:
    attack, arguments = ATTACKS[name]
    sandbox = Sandbox(processes=1)
    try:
        await is_served(sandbox)
        started = time.monotonic()
        with pytest.raises(SandboxError):
            await sandbox.run(attack, *arguments)
        assert time.monotonic() - started < WALL_SECONDS + BUSY_SECONDS
        assert await is_served(sandbox) < 1
    finally:
        await sandbox.close()


ATTRIBUTES = " ".join(f"a{number}='x'" for number in range(100_000))
PAGES = {
    "attributes": f"<html><body><p {ATTRIBUTES}>x</p></body></html>",
    "nested": "<html><body>" + "<div>" * 100_000 + "x",
    "json-ld": "<html><head><script type='application/ld+json'>[" + "[" * 2_500_000 + "</script>",
    "word": f"<html><body><article><p>{'w' * 1_000_000}</p></article></body></html>",
    "entities": "<html><body><p>" + "&amp;" * 500_000 + "</p></body></html>",
}
FEEDS = {
    "attributes": f"<rss><channel><item {' '.join(f'a{n}=0' for n in range(200_000))}>",
    "nested": "<rss>" + "<a>" * 100_000,
    "laughs": "<!DOCTYPE r [<!ENTITY a 'x'>]><rss>&a;</rss>",
    "items": "<rss><channel>"
    + "<item><link>http://a.b/c</link></item>" * 100_000
    + "</channel></rss>",
}


async def survives(sandbox: Sandbox, function: Callable[..., object], markup: str) -> None:
    started = time.monotonic()
    with contextlib.suppress(SandboxError):
        await sandbox.run(function, markup.encode(), URL)
    assert time.monotonic() - started < WALL_SECONDS + BUSY_SECONDS
    assert await is_served(sandbox) < 1


@pytest.mark.parametrize("name", PAGES)
async def test_hostile_page_ends_in_time(sandbox: Sandbox, name: str) -> None:
    await is_served(sandbox)
    await survives(sandbox, extract_page, PAGES[name])


@pytest.mark.parametrize("name", FEEDS)
async def test_hostile_feed_ends_in_time(sandbox: Sandbox, name: str) -> None:
    await is_served(sandbox)
    await survives(sandbox, parse_feed, FEEDS[name])


def processes(sandbox: Sandbox) -> list[int]:
    assert sandbox._pool is not None
    return list(sandbox._pool._pool_manager.worker_manager.workers)


async def test_processes_killed_while_idle_are_replaced() -> None:
    sandbox = Sandbox(processes=1)
    try:
        for pause in (0.0, 1.0):  # before and after the pool has noticed
            await is_served(sandbox)
            for process in processes(sandbox):
                os.kill(process, signal.SIGKILL)
            await asyncio.sleep(pause)
            await is_served(sandbox)
    finally:
        await sandbox.close()


async def test_absent_parsers_cost_no_page_and_are_seen(
    settings: Settings,
    server: OutletServer,
    publisher: RecordingPublisher,
    sandbox: Sandbox,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    schedule, broken = ProcessPool.schedule, [parse_feed, extract_page]

    def scheduled(pool: ProcessPool, function: Callable[..., Any], args: Any, **named: Any) -> Any:
        if args[0] in broken:
            raise RuntimeError("Unexpected error within the Pool")
        return schedule(pool, function, args=args, **named)

    monkeypatch.setattr(ProcessPool, "schedule", scheduled)
    health = Health("ingest")
    server.publish("/report")
    async with ingesting(settings, server, publisher, sandbox, health=health) as task:
        await until(lambda: server.count("/feed.xml") >= 2)
        broken.remove(parse_feed)
        await until(lambda: health.snapshot()["conditions"].get("reading", {}).get("reason"))
        assert not health.ready
        await until(lambda: server.count("/report") >= 2)
        broken.clear()
        await until(lambda: len(publisher.items) == 1)
        await until(lambda: health.ready)
        assert not task.done()
