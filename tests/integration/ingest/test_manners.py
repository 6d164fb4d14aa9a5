"""How we behave towards a site, at the waits that are at work on the internet."""

from __future__ import annotations

import time
from datetime import timedelta
from itertools import pairwise

import pytest
from aiohttp import web

from services.ingest.registry import Registry
from services.ingest.sandbox import Sandbox
from services.ingest.site_rules import HOST_PAUSE_SECONDS
from shared.mongo import client_of, connect
from shared.settings import Settings
from tests.integration.ingest.outlets import (
    OutletServer,
    RecordingPublisher,
    article,
    ingesting,
    registry_of,
    until,
)
from tests.integration.ingest.test_way import documents


async def test_five_seconds_lie_between_two_requests_to_a_host(
    settings: Settings,
    server: OutletServer,
    publisher: RecordingPublisher,
    sandbox: Sandbox,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert HOST_PAUSE_SECONDS == 5.0
    times: list[float] = []

    async def page(_request: web.Request) -> web.Response:
        times.append(time.monotonic())
        return web.Response(text=article(), content_type="text/html")

    listing = server.feed

    def feed() -> str:
        times.append(time.monotonic())
        return listing()

    monkeypatch.setattr(server, "feed", feed)
    for number in range(2):
        server.publish(f"/{number}", page)
    polite = settings.model_copy(update={"ingest_allowed_pause_seconds": HOST_PAUSE_SECONDS})
    async with ingesting(polite, server, publisher, sandbox):
        await until(lambda: len(times) >= 4, 40)
    waits = [second - first for first, second in pairwise(times)]
    assert min(waits) > 4.9, waits


async def test_pause_that_a_server_asks_for_is_kept_within_bounds(
    settings: Settings, server: OutletServer, publisher: RecordingPublisher, sandbox: Sandbox
) -> None:
    async def busy(_request: web.Request) -> web.Response:
        return web.Response(status=429, headers={"Retry-After": "999999999"})

    server.pages["/busy.xml"] = busy
    outlet = registry_of(server).outlets[0]
    source = outlet.sources[0].model_copy(update={"url": f"{server.root}/busy.xml"})
    registry = Registry.of([outlet.model_copy(update={"sources": (source,)})])
    async with ingesting(settings, server, publisher, sandbox, registry):
        await until(lambda: server.count("/busy.xml") == 1)
        database = connect(settings, "ingest")
        while not (found := await database["sources"].find_one({"last_error": {"$ne": ""}})):
            pass
        client_of(database).close()
    assert found["next_poll_at"] - found["last_attempt_at"] == timedelta(hours=1)
    assert found["last_error"] == "The server answered 429."
    assert server.count("/busy.xml") == 1


async def test_unchanged_feed_and_page_cost_one_short_answer_each(
    settings: Settings, server: OutletServer, publisher: RecordingPublisher, sandbox: Sandbox
) -> None:
    asked: list[str | None] = []

    async def page(request: web.Request) -> web.Response:
        asked.append(request.headers.get("If-None-Match"))
        if asked[-1] == '"1"':
            return web.Response(status=304)
        return web.Response(text=article(), content_type="text/html", headers={"ETag": '"1"'})

    server.publish("/a", page)
    async with ingesting(settings, server, publisher, sandbox):
        await until(lambda: len(publisher.items) == 1)
        server.summaries["/a"] = "edited in the feed only"
        await until(lambda: len(asked) == 2)
        polls = server.count("/feed.xml")
        await until(lambda: server.count("/feed.xml") > polls + 1)
    assert asked == [None, '"1"']
    assert [one["outcome"] for one in await documents(settings, "entries")] == ["unchanged"]
    assert len(publisher.items) == 1
