"""From the outlets' feeds to a released alert that people find."""

from collections import defaultdict
from collections.abc import AsyncIterator

import aiohttp
import pytest

from deploy.demo.release import list_signals, signed_in
from deploy.demo.run import KINDS
from shared import elastic
from shared.ids import item_id
from shared.settings import Settings
from tests.e2e.conftest import Finished

pytestmark = pytest.mark.timeout(300)


def test_every_set_of_items_is_equal(finished: Finished) -> None:
    verdict = finished.outcome.verdict
    assert verdict.passed, (verdict.missing, verdict.unexpected)
    assert len(finished.outcome.served) == len(finished.outcome.stops.published) > 100
    assert not verdict.excused


async def test_copies_are_indexed_in_the_cluster_of_their_originals(finished: Finished) -> None:
    carried: dict[str, list[str]] = defaultdict(list)
    for row in finished.outcome.served:
        carried[row["key"]].append(item_id(row["url"]))
    pairs = [ids for ids in carried.values() if len(ids) > 1]
    assert [len(ids) for ids in pairs] == [2] * 8
    clusters = await _clusters(finished.demonstration.settings)
    assert len(clusters) == len(finished.outcome.served)
    for original, copy in pairs:
        assert clusters[original] == clusters[copy]
    assert len({clusters[ids[0]] for ids in carried.values()}) == len(carried)


async def _clusters(settings: Settings) -> dict[str, str]:
    async with elastic.connect(settings) as client:
        found = await client.search(
            index=elastic.alias("items", settings.namespace),
            fields=[{"field": "content_cluster_id"}],
            source=False,
            size=1000,
        )
    return {hit["_id"]: hit["fields"]["content_cluster_id"][0] for hit in found["hits"]["hits"]}


def test_both_rules_raised_signals_about_the_episode_alone(finished: Finished) -> None:
    signals = finished.outcome.findings.latest.values()
    assert {signal.rule.kind.value for signal in signals} == KINDS
    episode = {row["url"] for row in finished.outcome.served if row["episode"]}
    assert {one.url for signal in signals for one in signal.evidence} <= episode


def test_alerts_topic_holds_only_what_two_people_released(finished: Finished) -> None:
    findings = finished.outcome.findings
    assert findings.released == {finished.alert["signal_id"]}
    for alert in findings.alerts:
        assert len({approval.actor_id for approval in alert.release.approvals}) == 2
    assert not finished.outcome.faults


@pytest.fixture
async def reader(finished: Finished) -> AsyncIterator[aiohttp.ClientSession]:
    async with signed_in(finished.demonstration.portal, finished.people[0]) as http:
        yield http


async def test_released_alert_is_listed_for_readers(
    finished: Finished, reader: aiohttp.ClientSession
) -> None:
    listed = await list_signals(reader, "alerts")
    assert [alert["signal_id"] for alert in listed] == [finished.alert["signal_id"]]


@pytest.mark.parametrize(
    ("query", "language"),
    [("dye works", "en"), ("Kelvaris", "fr"), ("الكلفاريون", "ar"), ("Wakelvari", "sw")],
)
async def test_items_are_found_by_words_of_their_language(
    reader: aiohttp.ClientSession, query: str, language: str
) -> None:
    answer = await reader.get("/api/v1/search", params={"q": query, "language": language})
    assert answer.status == 200
    assert (await answer.json())["total"] > 0


async def test_evidence_of_the_alert_is_found_by_its_indicator(
    finished: Finished, reader: aiohttp.ClientSession
) -> None:
    indicator = finished.alert["indicators"][0]
    answer = await reader.get("/api/v1/search", params={"indicator": indicator, "country": "XA"})
    assert (await answer.json())["total"] > 0
