"""Comparing the stops of the way: what is missing is named, what is excused is listed."""

from dataclasses import replace
from typing import Any

import pytest

from deploy.demo.verify import Stops, compare
from shared.ids import item_id

URLS = [f"http://127.0.1.1:8091/article-{number}" for number in range(4)]
IDS = frozenset(item_id(url) for url in URLS)
WHOLE = Stops(
    published=IDS,
    stored=IDS,
    analysed=IDS,
    documents=IDS,
    indexed=IDS,
    republished=0,
    dead_letters={"analysis": frozenset(), "indexer": frozenset()},
    not_ingestable={},
)


def test_equal_sets_pass() -> None:
    verdict = compare(URLS, WHOLE)
    assert verdict.passed
    assert verdict.lost == 0


@pytest.mark.parametrize("stop", ["published", "stored", "analysed", "documents", "indexed"])
def test_item_missing_at_one_stop_is_named_there(stop: str) -> None:
    changes: dict[str, Any] = {stop: IDS - {item_id(URLS[2])}}
    stops = replace(WHOLE, **changes)
    verdict = compare(URLS, stops)
    assert not verdict.passed
    assert verdict.missing[stop] == [URLS[2]]
    assert verdict.lost == 1


def test_loss_hidden_behind_a_stranger_is_found() -> None:
    stops = replace(WHOLE, indexed=IDS - {item_id(URLS[0])} | {"stranger"})
    verdict = compare(URLS, stops)
    assert verdict.missing["indexed"] == [URLS[0]]
    assert verdict.unexpected["indexed"] == ["stranger"]


def without_item(url: str, outcome: str) -> Stops:
    gone = item_id(url)
    names = ("published", "stored", "analysed", "documents", "indexed")
    without: dict[str, Any] = {stop: IDS - {gone} for stop in names}
    return replace(WHOLE, **without, not_ingestable={gone: outcome})


def test_page_without_text_is_excused_and_listed() -> None:
    verdict = compare(URLS, without_item(URLS[1], "empty"))
    assert verdict.passed
    assert verdict.excused == {URLS[1]: "empty"}


@pytest.mark.parametrize("outcome", ["unreadable", "away", "gone", "refused", "too_large"])
def test_served_page_that_ingest_gave_up_is_lost(outcome: str) -> None:
    verdict = compare(URLS, without_item(URLS[1], outcome))
    assert not verdict.passed
    assert verdict.lost == 1
    assert verdict.refused == {URLS[1]: outcome}
    assert not verdict.excused


def test_dead_letter_excuses_only_what_comes_after_it() -> None:
    dead = frozenset([item_id(URLS[3])])
    stops = replace(
        WHOLE,
        stored=IDS - dead,
        documents=IDS - dead,
        indexed=IDS - dead,
        dead_letters={"analysis": frozenset(), "indexer": dead},
    )
    verdict = compare(URLS, stops)
    assert verdict.missing["stored"] == [URLS[3]]
    assert not verdict.missing["indexed"]
