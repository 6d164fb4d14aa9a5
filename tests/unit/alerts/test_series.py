"""Where an item counts, and what evidence shows of it."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.alerts.details import detail_of, quote_around
from services.alerts.placement import placement_of
from services.alerts.series import series_key, series_of
from shared.errors import PermanentError
from shared.events import Collection
from tests.factories import (
    GROUP,
    START,
    make_analysis,
    make_item,
    make_match,
    make_matched_analysis,
)

DAY = START.date()


def test_an_item_dated_in_the_future_counts_when_it_arrived() -> None:
    item = make_item(event_at=datetime(2099, 1, 1, tzinfo=UTC), collection=Collection.BACKFILL)

    assert placement_of(make_matched_analysis(item=item)).day == DAY


def test_an_item_dated_in_the_distant_past_counts_there() -> None:
    item = make_item(event_at=datetime(1970, 1, 1, tzinfo=UTC), collection=Collection.BACKFILL)

    assert placement_of(make_matched_analysis(item=item)).day.year == 1970


def test_a_passage_without_a_group_belongs_to_the_only_group_of_its_item() -> None:
    item = make_item()
    named = make_match(item)
    unnamed = make_match(item, target_group_id=None, start=0, end=5)
    placement = placement_of(make_analysis(item=item, matches=[named, unnamed]))

    (sighting,) = placement.series.values()
    assert len(sighting.passages) == 2
    assert list(placement.series) == [series_key("XA", GROUP, DAY)]


def test_a_passage_without_any_group_counts_by_itself() -> None:
    item = make_item()
    placement = placement_of(
        make_matched_analysis(item=item, match=make_match(item, target_group_id=None))
    )

    assert list(placement.series) == [series_key("XA", None, DAY)]


@pytest.mark.parametrize("item_id", ["a.b", "$where", "", "A" * 32, "0" * 31])
def test_an_id_that_could_name_another_field_is_refused(item_id: str) -> None:
    analysis = make_matched_analysis()
    item = analysis.item.model_copy(update={"item_id": item_id})

    with pytest.raises(PermanentError):
        placement_of(analysis.model_copy(update={"item": item}))


def test_evidence_without_a_capture_is_still_evidence() -> None:
    detail = detail_of(make_matched_analysis(item=make_item(captures=[])))

    assert detail
    assert detail.capture_id == "none"


def test_an_item_without_matches_has_no_detail() -> None:
    assert detail_of(make_analysis()) is None


@given(st.text(max_size=900), st.integers(0, 900), st.integers(0, 900))
def test_a_quote_is_short_and_holds_its_span(text: str, one: int, other: int) -> None:
    start, end = sorted((min(one, len(text)), min(other, len(text))))
    quote = quote_around(text, start, end)

    assert len(quote) <= 300
    assert text[start : min(end, start + 300)].strip() in quote


@given(st.text(min_size=1, max_size=20).filter(lambda group: group != "-"))
def test_the_name_of_a_series_can_be_read_back(group: str) -> None:
    assert series_of(series_key("XA", group, DAY)) == ("XA", group, DAY)
    assert series_of(series_key("XA", None, DAY)) == ("XA", None, DAY)


def test_quote_does_not_cut_words_at_its_ends() -> None:
    text = "word " * 100 + "the passage itself" + " other" * 100
    start = text.index("the passage")
    quote = quote_around(text, start, start + len("the passage itself"))
    assert "the passage itself" in quote
    assert set(quote.split()) == {"word", "the", "passage", "itself", "other"}
    assert quote in text
