"""The whole service as its own process on real engines, killed in the middle of its work."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections.abc import Callable, Sized
from pathlib import Path

import pytest
from aiokafka import AIOKafkaConsumer

from shared.admin import prepare
from shared.settings import Settings
from shared.topics import MEDIA_ITEMS, MEDIA_OUTLETS, REMOVALS
from tests.engines import as_principal, free_port
from tests.integration.ingest.outlets import OutletServer, until
from tests.integration.ingest.test_way import documents

PAGES = 120

OUTLETS = """\
country: XA
outlets:
  - outlet_id: xa-test
    name: Test Times
    medium: online
    base: domestic
    languages: [en]
    ownership: {owner: []}
    sources:
      - {source_id: xa-test-feed, kind: feed, url: "%s/feed.xml", period_seconds: 1}
"""


def environment(settings: Settings, server: OutletServer, folder: Path) -> dict[str, str]:
    (folder / "outlets").mkdir(exist_ok=True)
    (folder / "outlets" / "xa.yaml").write_text(OUTLETS % server.root, encoding="utf-8")
    mine = as_principal(settings, "ingest")
    variables = {
        "env": "test",
        "namespace": mine.namespace,
        "kafka_bootstrap": mine.kafka_bootstrap,
        "kafka_username": mine.kafka_username,
        "kafka_password_file": mine.kafka_password_file,
        "mongo_url": mine.mongo_url,
        "captures_dir": mine.captures_dir,
        "config_dir": folder,
        "ops_port": free_port(),
        "ingest_allowed_addresses": f"127.0.0.1:{server.port}",
    }
    ours = {f"TOCSIN_{name.upper()}": str(value) for name, value in variables.items()}
    return {**{k: v for k, v in os.environ.items() if not k.startswith("TOCSIN_")}, **ours}


async def run(variables: dict[str, str]) -> asyncio.subprocess.Process:
    return await asyncio.create_subprocess_exec(
        sys.executable, "-m", "services.ingest", env=variables, stderr=asyncio.subprocess.DEVNULL
    )


def more_than(things: Sized, number: int) -> Callable[[], bool]:
    return lambda: len(things) > number


async def is_finished(settings: Settings) -> bool:
    done = await documents(settings, "entries")
    return len(done) == PAGES and await documents(settings, "frontier") == []


async def published(settings: Settings) -> list[str]:
    """Return the keys on the topic of items, in order, until it is quiet."""
    password = settings.password("kafka")
    consumer = AIOKafkaConsumer(
        MEDIA_ITEMS.physical(settings.namespace),
        bootstrap_servers=settings.kafka_bootstrap,
        security_protocol="SASL_PLAINTEXT",
        sasl_mechanism="PLAIN",
        sasl_plain_username=settings.kafka_username,
        sasl_plain_password=password,
        auto_offset_reset="earliest",
    )
    keys: list[str] = []
    async with consumer:
        while batch := await consumer.getmany(timeout_ms=2_000):
            keys += [one.key.decode() for records in batch.values() for one in records]
    return keys


@pytest.mark.timeout(180)
async def test_no_page_is_lost_when_the_process_is_killed_three_times(
    settings: Settings, server: OutletServer, tmp_path: Path
) -> None:
    await prepare(settings, [MEDIA_ITEMS, MEDIA_OUTLETS, REMOVALS])
    for number in range(PAGES):
        server.publish(f"/{number}")
    variables = environment(settings, server, tmp_path)
    for kill in range(1, 4):
        process = await run(variables)
        await until(more_than(server.requests, len(server.requests) + 20), 60)
        process.send_signal(signal.SIGKILL)
        assert await process.wait() == -signal.SIGKILL, kill
    process = await run(variables)
    try:
        async with asyncio.timeout(60):
            while not await is_finished(settings):
                await asyncio.sleep(0.3)
    finally:
        process.terminate()
        assert await process.wait() == 0
    stored = {one["_id"] for one in await documents(settings, "items")}
    assert len(stored) == PAGES
    assert set(await published(settings)) == stored


async def test_mistake_in_the_outlets_ends_the_start_with_one_sentence(
    settings: Settings, server: OutletServer, tmp_path: Path
) -> None:
    variables = environment(settings, server, tmp_path)
    (tmp_path / "outlets" / "xa.yaml").write_text("country: XA\noutlets: 3\n", encoding="utf-8")
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "services.ingest", env=variables, stderr=asyncio.subprocess.PIPE
    )
    _, errors = await process.communicate()
    assert process.returncode == 78
    assert errors.decode() == "tocsin ingest: xa.yaml, line 2: outlets is a list.\n"
