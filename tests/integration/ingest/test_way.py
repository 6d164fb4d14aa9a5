"""The way of a page: from a feed to an event with its evidence, on the real store."""

from __future__ import annotations

from datetime import timedelta
from hashlib import sha256

from aiohttp import web

from services.ingest.sandbox import Sandbox
from shared.captures import CaptureStore
from shared.events import Collection, EventAtSource, MediaOutletHealthChanged
from shared.ids import item_id
from shared.mongo import Document, client_of, connect
from shared.settings import Settings
from tests.integration.ingest.outlets import (
    OutletServer,
    RecordingPublisher,
    article,
    ingesting,
    registry_of,
    until,
    utc_now,
)


async def documents(settings: Settings, collection: str) -> list[Document]:
    database = connect(settings, "ingest")
    found = [document async for document in database[collection].find({})]
    client_of(database).close()
    return found


async def test_listed_page_becomes_an_event_with_its_evidence(
    settings: Settings, server: OutletServer, publisher: RecordingPublisher, sandbox: Sandbox
) -> None:
    url = server.publish("/report")
    async with ingesting(settings, server, publisher, sandbox):
        await until(lambda: len(publisher.items) == 1)
    item = publisher.items[0]
    assert item.item_id == item_id(url)
    assert item.revision == 1
    assert "price of bread" in item.text
    assert item.collection == Collection.BACKFILL
    assert item.event_at_source == EventAtSource.FEED
    page = CaptureStore(settings.captures_dir).read(item.captures[0].capture_id)
    assert page.raw == str(server.pages["/report"]).encode()
    assert page.sha256 == sha256(page.raw).hexdigest() == item.captures[0].raw_sha256


async def test_later_polls_are_live_and_an_unchanged_feed_asks_no_page_again(
    settings: Settings, server: OutletServer, publisher: RecordingPublisher, sandbox: Sandbox
) -> None:
    server.publish("/first")
    async with ingesting(settings, server, publisher, sandbox):
        await until(lambda: len(publisher.items) == 1)
        server.publish("/second")
        await until(lambda: len(publisher.items) == 2)
        polls = server.count("/feed.xml")
        await until(lambda: server.count("/feed.xml") >= polls + 2)
    assert [item.collection for item in publisher.items] == [Collection.BACKFILL, Collection.LIVE]
    assert server.count("/first") == server.count("/second") == 1


async def test_date_before_the_plausible_is_disputed_in_live_polls(
    settings: Settings, server: OutletServer, publisher: RecordingPublisher, sandbox: Sandbox
) -> None:
    server.publish("/first")
    async with ingesting(settings, server, publisher, sandbox):
        await until(lambda: len(publisher.items) == 1)
        server.dates["/old"] = utc_now() - timedelta(days=30)
        server.publish("/old")
        await until(lambda: len(publisher.items) == 2)
    item = publisher.items[1]
    assert item.date_disputed
    assert item.event_at == item.fetched_at
    assert item.published_at is not None


async def test_changed_text_is_a_second_revision_and_an_unchanged_one_no_event(
    settings: Settings, server: OutletServer, publisher: RecordingPublisher, sandbox: Sandbox
) -> None:
    server.publish("/report")
    async with ingesting(settings, server, publisher, sandbox):
        await until(lambda: len(publisher.items) == 1)
        server.summaries["/report"] = "edited in the feed only"
        await until(lambda: server.count("/report") == 2)
        server.pages["/report"] = article("Another wording of the story about bread. " * 8)
        server.summaries["/report"] = "edited again"
        await until(lambda: len(publisher.items) == 2)
    first, second = publisher.items
    assert (first.item_id, first.revision) == (second.item_id, 1)
    assert second.revision == 2
    assert "Another wording" in second.text


async def test_changed_markup_with_the_same_text_is_no_event(
    settings: Settings, server: OutletServer, publisher: RecordingPublisher, sandbox: Sandbox
) -> None:
    server.publish("/report", article())
    async with ingesting(settings, server, publisher, sandbox):
        await until(lambda: len(publisher.items) == 1)
        server.pages["/report"] = article(head="<meta name='x' content='another'>")
        server.summaries["/report"] = "edited"
        await until(lambda: server.count("/report") == 2)
        server.publish("/next")
        await until(lambda: len(publisher.items) == 2)
    assert {item.revision for item in publisher.items} == {1}


async def test_canonical_address_of_the_same_site_names_the_item(
    settings: Settings, server: OutletServer, publisher: RecordingPublisher, sandbox: Sandbox
) -> None:
    server.publish("/a", article(head="<link rel='canonical' href='/story'>"))
    server.publish("/b", article(head="<link rel='canonical' href='https://else.example.org/b'>"))
    async with ingesting(settings, server, publisher, sandbox):
        await until(lambda: len(publisher.items) == 2)
    ids = {item.url: item.item_id for item in publisher.items}
    assert ids[f"{server.root}/a"] == item_id(f"{server.root}/story")
    assert ids[f"{server.root}/b"] == item_id(f"{server.root}/b")


async def test_page_that_can_never_be_read_has_an_outcome_with_a_reason(
    settings: Settings, server: OutletServer, publisher: RecordingPublisher, sandbox: Sandbox
) -> None:
    async def picture(_request: web.Request) -> web.Response:
        return web.Response(body=b"\xff\xd8\xff\xe0", content_type="text/html")

    server.listed.append("/missing")
    server.publish("/empty", "<html><body></body></html>")
    server.publish("/picture", picture)
    server.publish("/good")
    async with ingesting(settings, server, publisher, sandbox):
        await until(lambda: len(publisher.items) == 1)
        polls = server.count("/feed.xml")
        await until(lambda: server.count("/feed.xml") >= polls + 2)
    entries = await documents(settings, "entries")
    outcomes = {one["url"].removeprefix(server.root): one["outcome"] for one in entries}
    assert outcomes == {
        "/missing": "gone",
        "/empty": "empty",
        "/picture": "no_markup",
        "/good": "ingested",
    }
    assert all(one["reason"] for one in entries if one["outcome"] != "ingested")
    assert await documents(settings, "frontier") == []


async def test_page_that_is_away_is_tried_again(
    settings: Settings, server: OutletServer, publisher: RecordingPublisher, sandbox: Sandbox
) -> None:
    async def flaky(_request: web.Request) -> web.Response:
        if server.count("/flaky") < 3:
            raise web.HTTPServiceUnavailable
        return web.Response(text=article(), content_type="text/html")

    server.publish("/flaky", flaky)
    async with ingesting(settings, server, publisher, sandbox):
        await until(lambda: len(publisher.items) == 1)
    assert server.count("/flaky") == 3


async def test_outlet_is_announced_once_and_again_when_edited(
    settings: Settings, server: OutletServer, publisher: RecordingPublisher, sandbox: Sandbox
) -> None:
    registry = registry_of(server)
    server.publish("/first")
    async with ingesting(settings, server, publisher, sandbox, registry):
        await until(lambda: len(publisher.items) == 1)
    server.publish("/second")
    async with ingesting(settings, server, publisher, sandbox, registry):
        await until(lambda: len(publisher.items) == 2)
    assert len(outlet_events(publisher)) == 1
    edited = registry.outlets[0].model_copy(update={"name": "Renamed Times"})
    async with ingesting(settings, server, publisher, sandbox, registry.of([edited])):
        await until(lambda: len(outlet_events(publisher)) == 2)
    first, second = outlet_events(publisher)
    assert (first.health, first.outlet.name) == ("unknown", "Test Times")
    assert (second.health, second.outlet.name) == ("unknown", "Renamed Times")
    assert second.sequence > first.sequence


def outlet_events(publisher: RecordingPublisher) -> list[MediaOutletHealthChanged]:
    return [one for one in publisher.events if isinstance(one, MediaOutletHealthChanged)]
