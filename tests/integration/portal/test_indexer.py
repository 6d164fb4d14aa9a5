"""The indexer on the real engines: any order, any repetition, one bad document, a lost index."""

import asyncio
import random
from dataclasses import replace
from typing import Any

import pytest
from elasticsearch import AsyncElasticsearch

from services.portal.indexer.commands import rebuild_indices
from services.portal.indexer.composition import create_indexer
from services.portal.indexer.handler import Indexer
from services.portal.indexer.mappings import INDICES
from shared import mongo
from shared.elastic import alias
from shared.errors import TransientError
from shared.events import (
    Event,
    Release,
    ReleaseState,
    RemovalScope,
    SignalStatus,
    SubjectKind,
    Tlp,
)
from shared.mongo import Database
from shared.settings import Settings
from tests.factories import (
    at,
    make_alert,
    make_analysis,
    make_evidence,
    make_health,
    make_item,
    make_match,
    make_matched_analysis,
    make_removal,
    make_review,
    make_signal,
)
from tests.integration.portal.conftest import feed, record


async def indexed(indexer: Indexer, subject: str) -> dict[str, tuple[int, dict[str, Any]]]:
    """Return version and source of everything in an index, by id."""
    await indexer.client.indices.refresh(index=alias(subject, indexer.indices.namespace))
    answer = await indexer.client.search(
        index=alias(subject, indexer.indices.namespace), size=1000, version=True
    )
    return {one["_id"]: (one["_version"], one["_source"]) for one in answer["hits"]["hits"]}


async def stored(database: Database, collection: str) -> dict[str, dict[str, Any]]:
    return {one["_id"]: one async for one in database[collection].find()}


def history() -> list[Event]:
    """Return everything that happens to a few items, in the order in which it happens."""
    evidence = [make_evidence(1), make_evidence(2)]
    return [
        make_health(1),
        make_analysis(1),
        make_matched_analysis(2),
        make_analysis(3),
        make_matched_analysis(1, generation=2),
        make_review(1, subject_kind=SubjectKind.ITEM, subject_id=make_item(2).item_id),
        make_signal(1, evidence=evidence[:1]),
        make_signal(1, revision=2, evidence=evidence, evidence_count=2),
        make_alert(1),
        make_removal(3),
        make_health(1, period_to_at=at(60)),
    ]


async def test_every_index_is_made_on_the_engine(
    indexer: Indexer, engine_client: AsyncElasticsearch
) -> None:
    for index in INDICES:
        name = f"{indexer.indices.namespace}{index.subject}-v{index.version}"
        answer = await engine_client.indices.get(index=name)
        assert answer[name]["mappings"]["dynamic"] == "strict"
        assert list(answer[name]["aliases"]) == [alias(index.subject, indexer.indices.namespace)]


async def test_shuffled_and_repeated_delivery_ends_in_the_same_state(
    indexer: Indexer, database: Database, settings: Settings, engine_client: AsyncElasticsearch
) -> None:
    await feed(indexer, *history())
    other_settings = settings.model_copy(update={"namespace": f"{settings.namespace}other-"})
    other_database = mongo.connect(other_settings, "portal")
    other = create_indexer(
        other_database, engine_client, other_settings.namespace, indexer.indices.clock
    )
    await other.indices.prepare()
    chance = random.Random(3)
    events = history() * 3
    chance.shuffle(events)
    for start in range(0, len(events), 4):
        assert await feed(other, *events[start : start + 4]) == {}

    for name in ("items", "signals", "alerts", "public-alerts"):
        before, after = await indexed(indexer, name), await indexed(other, name)
        assert {key: one for key, (_, one) in after.items()} == {
            key: one for key, (_, one) in before.items()
        }
    for name in ("documents", "signals", "alerts", "outlets"):
        kept, other_kept = await stored(database, name), await stored(other_database, name)
        assert {key: facts(one) for key, one in other_kept.items()} == {
            key: facts(one) for key, one in kept.items()
        }
    mongo.client_of(other_database).close()


def facts(document: dict[str, Any]) -> dict[str, Any]:
    """Leave out the counter of writes, which depends on how deliveries were grouped."""
    return {key: value for key, value in document.items() if key not in ("version", "mark")}


async def test_document_and_index_agree_on_the_version(
    indexer: Indexer, database: Database
) -> None:
    await feed(indexer, make_analysis(1))
    await feed(indexer, make_matched_analysis(1, generation=2))
    (document,) = (await stored(database, "documents")).values()
    (found,) = (await indexed(indexer, "items")).values()
    assert document["version"] == found[0] == 2


async def test_repeated_batch_writes_nothing_new(indexer: Indexer, database: Database) -> None:
    await feed(indexer, *history())
    before = await stored(database, "documents")
    await feed(indexer, *history())
    assert await stored(database, "documents") == before


async def test_one_bad_document_in_five_hundred_is_one_dead_letter(indexer: Indexer) -> None:
    events: list[Event] = [make_analysis(n) for n in range(1, 500)]
    # The event allows any whole number here; the index takes 32 bits.
    match = make_match(make_item(500), risk_factor=2**40)
    broken = make_matched_analysis(500, match=match)
    events.insert(200, broken)

    rejections = await indexer.handle([record(event, n) for n, event in enumerate(events)])

    assert list(rejections) == [200]
    assert len(await indexed(indexer, "items")) == 499


async def test_signal_marks_its_items_and_stays_when_evidence_moves_on(indexer: Indexer) -> None:
    await feed(indexer, make_signal(1, evidence=[make_evidence(1)]))
    await feed(indexer, make_matched_analysis(1))
    (found,) = (await indexed(indexer, "items")).values()
    assert found[1]["signal_ids"] == [make_signal(1).signal_id]


async def test_older_revision_of_a_signal_changes_nothing(indexer: Indexer) -> None:
    await feed(indexer, make_signal(1, revision=3, status=SignalStatus.ASSESSED))
    await feed(indexer, make_signal(1, revision=2))
    (found,) = (await indexed(indexer, "signals")).values()
    assert (found[1]["revision"], found[1]["status"]) == (3, "assessed")


@pytest.mark.parametrize(
    ("state", "tlp", "shown"),
    [
        (ReleaseState.PUBLIC, Tlp.CLEAR, True),
        (ReleaseState.PARTNERS, Tlp.GREEN, False),
        (ReleaseState.PUBLIC, Tlp.AMBER, False),
        (ReleaseState.UNKNOWN, Tlp.CLEAR, False),
    ],
)
async def test_public_index_holds_what_was_released_to_all(
    indexer: Indexer, state: ReleaseState, tlp: Tlp, shown: bool
) -> None:
    await feed(indexer, make_signal(1), make_alert(1, release=Release(state=state), tlp=tlp))
    (found,) = (await indexed(indexer, "public-alerts")).values()
    assert found[1]["shown"] is shown
    assert ("alert" in found[1]) is shown


async def test_removed_item_cannot_be_brought_back_by_an_old_event(indexer: Indexer) -> None:
    await feed(indexer, make_analysis(1), make_removal(1, scope=RemovalScope.ALL))
    await feed(indexer, make_matched_analysis(1, generation=9))
    (found,) = (await indexed(indexer, "items")).values()
    assert found[1]["removed"] is True
    assert "text_en" not in found[1]


async def test_poison_is_rejected_and_the_rest_is_indexed(indexer: Indexer) -> None:
    records = [record(make_analysis(1)), replace(record(make_analysis(2)), value=b"{")]
    assert list(await indexer.handle(records)) == [1]
    assert len(await indexed(indexer, "items")) == 1


async def _behind(client: AsyncElasticsearch, namespace: str) -> list[str]:
    """Return the indices behind the items' alias."""
    return list(await client.indices.get_alias(name=alias("items", namespace)))


async def test_deleted_index_is_rebuilt_from_the_store(
    indexer: Indexer, engine_client: AsyncElasticsearch
) -> None:
    await feed(indexer, *history())
    before = await indexed(indexer, "items")
    (name,) = await _behind(engine_client, indexer.indices.namespace)
    await engine_client.indices.delete(index=name)

    with pytest.raises(TransientError):
        await feed(indexer, make_analysis(4))
    assert not indexer.indices.ready
    await indexer.indices.prepare()
    await feed(indexer, make_analysis(4))

    after = await indexed(indexer, "items")
    assert {key: after[key] for key in before} == before
    assert len(after) == len(before) + 1


async def test_rebuilding_swaps_the_alias_and_keeps_everything(
    indexer: Indexer, settings: Settings, engine_client: AsyncElasticsearch
) -> None:
    await feed(indexer, *history())
    before = await indexed(indexer, "items")
    replaced = await _behind(engine_client, settings.namespace)
    names = await rebuild_indices(settings)
    behind = await _behind(engine_client, settings.namespace)
    assert behind == [names[0]]
    assert behind != replaced
    assert await indexed(indexer, "items") == before
    await feed(indexer, make_analysis(4))
    assert len(await indexed(indexer, "items")) == len(before) + 1


async def test_two_writers_of_one_item_lose_nothing(indexer: Indexer, database: Database) -> None:
    signals = [make_signal(n, evidence=[make_evidence(1)]) for n in range(1, 7)]
    await asyncio.gather(*(indexer.handle([record(signal)]) for signal in signals))
    (document,) = (await stored(database, "documents")).values()
    assert document["signals"] == sorted(signal.signal_id for signal in signals)
    assert document["version"] == 6
