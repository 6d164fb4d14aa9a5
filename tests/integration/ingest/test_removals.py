"""Removals in ingest's own store: what goes, what stays, and that it does not come back."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from services.ingest.handler import Handler
from services.ingest.item_store import ItemStore
from services.ingest.outcomes import Outcome
from services.ingest.plan import Settled
from services.ingest.removals import Removals
from services.ingest.settle import Settler
from shared.captures import CaptureError, CaptureStore
from shared.events import ItemRemoved, MediaItemIngested, RemovalScope, decode, encode
from shared.mongo import Database, Document, client_of, connect
from shared.records import Record
from shared.settings import Settings
from tests.integration.ingest.outlets import OutletServer, RecordingPublisher, utc_now
from tests.integration.ingest.racing import page_read, settler

CAPTURES: list[Path] = []  # of the running test


@pytest.fixture
async def database(settings: Settings) -> AsyncIterator[Database]:
    database = connect(settings, "ingest")
    yield database
    client_of(database).close()


@pytest.fixture
async def settling(
    settings: Settings, database: Database, publisher: RecordingPublisher
) -> AsyncIterator[Settler]:
    one = settler(settings, ItemStore(database), publisher)
    CAPTURES[:] = [settings.captures_dir]
    yield one
    one.captures.close()


async def settle(one: Settler, server: OutletServer, text: str = "The price.") -> Settled:
    page = page_read(server, text)
    (result,) = await one.settle([page], await one.keep_evidence([page]))
    return result


def record(event: ItemRemoved) -> Record:
    return Record("removals.v1", 0, 0, encode(event), event_type=ItemRemoved.TYPE)


def removal(item_id: str, scope: RemovalScope) -> ItemRemoved:
    return ItemRemoved(
        item_id=item_id, scope=scope, reason_code="request", actor_id="a", recorded_at=utc_now()
    )


async def handle(database: Database, *removals: ItemRemoved) -> None:
    handler = Handler(Removals(database, CAPTURES[0]))
    assert await handler.handle([record(one) for one in removals]) == {}


async def item(database: Database) -> Document:
    found = await database["items"].find_one({})
    assert found is not None
    return found


@pytest.mark.parametrize("scope", [RemovalScope.TEXT, RemovalScope.ALL])
async def test_removed_text_is_gone_and_its_captures_are_restricted(
    database: Database, settling: Settler, server: OutletServer, scope: RemovalScope
) -> None:
    result = await settle(settling, server)
    assert result.item_id is not None
    await handle(database, *[removal(result.item_id, scope)] * 2)
    kept = await item(database)
    assert kept["event"] is None
    assert kept["removed"] == scope
    assert "The price" not in str(kept)
    restricted = await database["restricted_captures"].find_one({})
    assert restricted is not None
    assert restricted["_id"] == result.capture.capture_id


async def test_captures_of_every_wording_are_overwritten_and_only_where_the_text_goes(
    database: Database, settling: Settler, server: OutletServer
) -> None:
    first = await settle(settling, server)
    second = await settle(settling, server, "Another wording.")
    assert first.item_id is not None
    store = CaptureStore(CAPTURES[0])
    await handle(database, removal(first.item_id, RemovalScope.AUTHOR))
    assert store.read(first.capture.capture_id).raw
    await handle(database, *[removal(first.item_id, RemovalScope.ALL)] * 2)
    for capture in (first.capture, second.capture):
        with pytest.raises(CaptureError, match="was removed"):
            store.read(capture.capture_id)


async def test_removed_item_is_not_ingested_again(
    database: Database, settling: Settler, server: OutletServer, publisher: RecordingPublisher
) -> None:
    result = await settle(settling, server)
    assert result.item_id is not None
    await handle(database, removal(result.item_id, RemovalScope.TEXT))
    again = await settle(settling, server, "Another wording.")
    assert again.outcome == Outcome.REMOVED
    assert len(publisher.items) == 1
    assert (await item(database))["event"] is None


async def test_removal_before_the_item_keeps_it_out(
    database: Database, settling: Settler, server: OutletServer, publisher: RecordingPublisher
) -> None:
    other = await settle(settling, server)
    assert other.item_id is not None
    await database["items"].delete_many({})
    await handle(database, removal(other.item_id, RemovalScope.ALL))
    assert (await settle(settling, server)).outcome == Outcome.REMOVED
    assert len(publisher.items) == 1


async def test_removed_author_stays_away_in_later_revisions(
    database: Database, settling: Settler, server: OutletServer, publisher: RecordingPublisher
) -> None:
    result = await settle(settling, server)
    assert result.item_id is not None
    await handle(database, removal(result.item_id, RemovalScope.AUTHOR))
    again = await settle(settling, server, "Another wording.")
    assert again.revision == 2
    event = decode(MediaItemIngested, (await item(database))["event"])
    assert event.author.pseudonym is None
    assert publisher.items[-1].author.pseudonym is None


async def test_wider_removal_is_not_narrowed_by_a_later_one(
    database: Database, settling: Settler, server: OutletServer
) -> None:
    result = await settle(settling, server)
    assert result.item_id is not None
    await handle(
        database,
        removal(result.item_id, RemovalScope.ALL),
        removal(result.item_id, RemovalScope.AUTHOR),
    )
    kept = await item(database)
    assert kept["removed"] == "all"
    assert kept["event"] is None
