"""What becomes of a search before the engine hears of it."""

from datetime import date
from typing import Any

import pytest
from pydantic import ValidationError

from services.portal.accounts.model import Principal, Role
from services.portal.accounts.visibility import visible_to
from services.portal.search.cursor import InvalidCursorError, decode_cursor, encode_cursor
from services.portal.search.query import build_query, build_read_query
from services.portal.search.request import SearchRequest
from services.portal.search.timeline import period

TODAY = date(2026, 3, 10)
VIEWER = Principal("id", "name", frozenset({Role.VIEWER}), frozenset({"XA"}))


def query(**asked: Any) -> dict[str, Any]:
    return build_query(SearchRequest.model_validate(asked), VIEWER, TODAY)


def test_who_asks_stands_in_the_query_itself() -> None:
    body = query(q="market", country=["XA"], indicator=["11.4"])
    assert body["query"]["bool"]["filter"][: len(visible_to(VIEWER))] == visible_to(VIEWER)


@pytest.mark.parametrize(
    "asked",
    [
        {"q": "x" * 257},
        {"q": " ".join(["word"] * 17)},
        {"q": "a-b-c-d-e-f-g-h-i-j-k-l-m-n-o-p-q"},
        {"size": -1},
        {"size": 0},
        {"size": 101},
        {"page": 10**9},
        {"sort": "_doc"},
        {"country": ["XA"] * 21},
        {"since": "2026-03-02", "until": "2026-03-01"},
        {"since": "0001-01-01"},
        {"cursor": "x" * 501},
    ],
)
def test_unreasonable_searches_are_refused(asked: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        SearchRequest.model_validate(asked)


def test_sixteen_words_pass() -> None:
    assert SearchRequest(q=" ".join(["word"] * 16)).q


def test_empty_fields_of_a_form_are_no_filters() -> None:
    asked = SearchRequest.model_validate({"q": "", "since": "", "country": [""], "cursor": ""})
    assert asked == SearchRequest()


def test_no_number_of_a_user_reaches_the_highlighter() -> None:
    plain, other = query(q="market", size=1), query(q="market", size=100)
    assert plain["highlight"] == other["highlight"]
    assert plain["highlight"]["encoder"] == "html"


def test_words_are_searched_in_fixed_fields_without_expensive_queries() -> None:
    body = str(query(q='"exact phrase" other* a NEAR/3 b'))
    for word in ("query_string", "fuzzy", "regexp", "wildcard", "script"):
        assert word not in body.replace("highlight_query", "")


def test_share_is_counted_of_the_same_outlets_and_days_whatever_they_said() -> None:
    asked = SearchRequest(q="market", country=("XA",), indicator=("11.4",), since=date(2026, 3, 1))
    filters = build_read_query(asked, VIEWER, TODAY)["query"]["bool"]["filter"]
    assert {"terms": {"country": ["XA"]}} in filters
    assert {"term": {"readable": True}} in filters
    assert "11.4" not in str(filters)


def test_group_and_indicator_must_stand_in_one_passage() -> None:
    filters = query(indicator=["7.14"], group=["x"])["post_filter"]["bool"]["filter"]
    assert {"terms": {"match_keys": ["7.14|grp:x"]}} in filters


def test_counts_of_a_facet_heed_every_filter_but_its_own() -> None:
    aggregations = query(country=["XA"], owner=["state"])["aggs"]
    country = aggregations["country"]["filter"]["bool"]["filter"]
    assert country == [{"terms": {"owner_kind": ["state"]}}]
    assert len(aggregations["total"]["filter"]["bool"]["filter"]) == 2


def test_cursor_comes_back_as_it_went() -> None:
    cursor = encode_cursor("print", [1772431200000, "id"])
    assert decode_cursor("print", cursor, [int, str]) == [1772431200000, "id"]


@pytest.mark.parametrize(
    "cursor",
    [
        "",
        "%%%",
        "bm90IGpzb24",
        encode_cursor("other", [1, "id"]),
        encode_cursor("print", [1]),
        encode_cursor("print", ["id", 1]),
        encode_cursor("print", [True, "id"]),
        encode_cursor("print", [10**40, "id"]),
        encode_cursor("print", [1, "x" * 201]),
        "W1tb" * 100,
    ],
)
def test_foreign_cursor_is_refused(cursor: str) -> None:
    with pytest.raises(InvalidCursorError):
        decode_cursor("print", cursor, [int, str])


def test_cursor_of_another_search_is_refused() -> None:
    one = SearchRequest(q="market")
    cursor = encode_cursor(one.fingerprint, [1, "id"])
    with pytest.raises(InvalidCursorError):
        query(q="other", cursor=cursor)
    assert query(q="market", cursor=cursor)["search_after"] == [1, "id"]


@pytest.mark.parametrize(
    ("since", "until", "first", "last", "step"),
    [
        (None, None, date(2026, 2, 9), TODAY, "day"),
        (date(2026, 3, 1), None, date(2026, 3, 1), TODAY, "day"),
        (date(2025, 6, 1), None, date(2025, 6, 1), TODAY, "week"),
        (date(1970, 1, 1), date(2199, 1, 1), date(2178, 12, 17), date(2199, 1, 1), "month"),
    ],
)
def test_timeline_never_has_more_columns_than_it_can_show(
    since: date | None, until: date | None, first: date, last: date, step: str
) -> None:
    shown = period(since, until, TODAY)
    assert (shown.first, shown.last, shown.step) == (first, last, step)
