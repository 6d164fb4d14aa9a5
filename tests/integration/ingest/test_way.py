"""The way of a page: from a feed to an event with its evidence, on the real store."""

from __future__ import annotations

from hashlib import sha256

from services.ingest.sandbox import Sandbox
from shared.captures import CaptureStore
from shared.events import Collection, EventAtSource
from shared.ids import item_id
from shared.settings import Settings
from tests.integration.ingest.outlets import (
    OutletServer,
    RecordingPublisher,
    ingesting,
    until,
)


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
