"""Twenty writers that have read the same page and settle it at the same moment."""

from __future__ import annotations

import asyncio
from hashlib import sha256
from pathlib import Path

from services.ingest.evidence import CaptureWriter
from services.ingest.extract import Extracted
from services.ingest.feeds import Entry
from services.ingest.fetched import Fetched
from services.ingest.item_store import ItemStore
from services.ingest.items import PageRead
from services.ingest.outbox import Outbox
from services.ingest.output_store import OutputStore
from services.ingest.plan import Settled
from services.ingest.settle import Settler
from services.ingest.targets import Poll, target_of
from shared.events import Collection
from shared.mongo import client_of, connect
from shared.publish import Publisher
from shared.settings import Settings
from tests.integration.ingest.outlets import OutletServer, registry_of, utc_now

WRITERS = 20


def page_read(server: OutletServer, text: str = "The price of bread.") -> PageRead:
    """Return a page as the reader hands it over."""
    url = f"{server.root}/report"
    now = utc_now()
    entry = Entry(url=url, native_id=None, title="x", published_at=now, digest="d")
    poll = Poll("xa-test-feed", "xa-test", Collection.LIVE, now, now)
    body = text.encode()
    fetched = Fetched(
        url=url,
        status=200,
        headers=(("Content-Type", "text/html"),),
        body=body,
        sha256=sha256(body).hexdigest(),
        fetched_at=now,
        request_line="GET /report HTTP/1.1",
        request_headers=(),
    )
    outlet = registry_of(server).outlets[0]
    extracted = Extracted(text=text, author="Amina Example")
    return PageRead(target_of(entry, poll), outlet, fetched, extracted)


def settler(
    settings: Settings, store: ItemStore, publisher: Publisher, writer: str = "w1"
) -> Settler:
    """Return a settler with its own evidence file."""
    captures = CaptureWriter(Path(settings.captures_dir), writer, "tocsin/test", utc_now)
    database = store.database
    output = OutputStore(database)
    return Settler(store, Outbox(database), output, publisher, captures, str, utc_now)


async def settle_in_twenty_writers(
    settings: Settings, server: OutletServer, publisher: Publisher
) -> list[Settled]:
    """Settle the same page in twenty writers at once and return their results."""
    database = connect(settings, "ingest")
    store = ItemStore(database)
    settlers = [settler(settings, store, publisher, f"w{number}") for number in range(WRITERS)]

    async def settle(one: Settler) -> Settled:
        page = page_read(server)
        (result,) = await one.settle([page], await one.keep_evidence([page]))
        one.captures.close()
        return result

    results = await asyncio.gather(*(settle(one) for one in settlers))
    client_of(database).close()
    return list(results)
