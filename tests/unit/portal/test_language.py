"""The language of the search box, and what keeps exports and feeds harmless."""

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from services.portal.pages.share_chart import create_share_chart
from services.portal.search.clauses import clause
from services.portal.search.export import safe_cell
from services.portal.search.feeds import as_atom, as_rss
from services.portal.search.language import (
    All,
    Either,
    Near,
    Not,
    Phrase,
    SearchSyntaxError,
    Word,
    parse,
)
from services.portal.search.model import Hit, TimelineColumn

NOW = datetime(2026, 3, 10, tzinfo=UTC)
A, B, C = Word("a"), Word("b"), Word("c")


@pytest.mark.parametrize(
    ("search", "tree"),
    [
        ("", None),
        ("a", A),
        ("a b", All((A, B))),
        ("a AND b", All((A, B))),
        ("a OR b c", Either((A, All((B, C))))),
        ("a | b", Either((A, B))),
        ("(a OR b) c", All((Either((A, B)), C))),
        ("a -b", All((A, Not(B)))),
        ("a NOT b", All((A, Not(B)))),
        ("NOT NOT a", A),
        ('"a b"', Phrase("a b")),
        ("«a b»", Phrase("a b")),
        ('"a b"~5', Phrase("a b", 5)),
        ("a NEAR/3 b", Near((A, B), 3)),
        ("a NEAR b c", All((Near((A, B), 10), C))),
        ("expul*", Word("expul", prefix=True)),
        ("or and not", All((Word("or"), Word("and"), Word("not")))),
        ("a - b", All((A, B))),
        ("-a", Not(A)),
        ("الكِلفاريون", Word("الكِلفاريون")),
    ],
)
def test_search_is_read_as_its_writer_means_it(search: str, tree: object) -> None:
    assert parse(search) == tree


@pytest.mark.parametrize(
    ("search", "position", "reason"),
    [
        ('market "harvest', 8, "not closed"),
        ("(market", 1, "not closed"),
        ("market)", 7, "not opened"),
        ("market OR", 10, "too early"),
        ("OR market", 1, "missing"),
        ("market AND AND x", 12, "missing"),
        ("*arket", 1, "stands inside or before"),
        ("mar*ket", 1, "stands inside or before"),
        ("m*", 1, "Too few letters"),
        ('"a b"~99', 1, "too large"),
        ("(a OR b) NEAR/2 c", 10, "NEAR joins"),
        ("w " * 17, 33, "Too many words"),
        ("(" * 9 + "a" + ")" * 9, 9, "Too many parentheses"),
    ],
)
def test_error_says_where_and_what_to_do(search: str, position: int, reason: str) -> None:
    with pytest.raises(SearchSyntaxError, match=reason) as error:
        parse(search)
    assert error.value.position == position
    assert error.value.suggestion


@given(st.text(alphabet=st.sampled_from('ab*"()|-~5 ANDORT/«»\u202e\x00'), max_size=60))
def test_any_text_is_a_search_or_an_explained_error(search: str) -> None:
    place: int | None = None
    tree = None
    try:
        tree = parse(search)
    except SearchSyntaxError as error:
        place = error.position
    assert place is None or 1 <= place <= len(search) + 1
    assert tree is None or clause(tree)


@pytest.mark.parametrize("cell", ["=1+1", "+1", "-1", "@x", "\t=1", " =1", "\uff1d1"])
def test_cell_that_a_spreadsheet_would_run_is_text(cell: str) -> None:
    assert safe_cell(cell).startswith("'")
    assert safe_cell("plain = text") == "plain = text"


def hit(title: str) -> Hit:
    empty: dict[str, object] = dict.fromkeys(("url", "controlled_by", "exact_of"), None)
    return Hit.model_validate(
        empty
        | {"item_id": "i", "title": title, "lead": "lead", "outlet_id": "o", "outlet_name": "O"}
        | {"country": "XA", "owner_kind": "state", "language": "en", "readable": True}
        | {"event_at": NOW, "fetched_at": NOW, "date_disputed": False, "heard": "read"}
        | {"score": 0.5, "indicators": ["11.4"], "target_groups": [], "match_count": 1}
        | {"signal_ids": [], "verdict": "none", "restricted": False}
    )


def test_feeds_hold_any_title_as_text() -> None:
    hits = [hit("<script>\x00\x0b& ]]>")]
    atom = etree.fromstring(as_atom("t", "https://x/", "https://x", hits, NOW))
    rss = etree.fromstring(as_rss("t", "https://x/", "https://x", hits))
    for title in (atom.find(".//{*}entry/{*}title"), rss.find(".//item/title")):
        assert title is not None
        assert title.text == "<script>\ufffd\ufffd& ]]>"


def test_share_is_of_what_was_read_and_silence_is_not_zero() -> None:
    day = date(2026, 3, 1)
    columns = [
        TimelineColumn(
            day=day, total=3, owners={"state": 2, "party": 1}, read=30,
            read_owners={"state": 4, "party": 26},
        ),
        TimelineColumn(day=day, total=0, owners={}, read=0),
    ]  # fmt: skip
    (whole,) = create_share_chart(columns, split=False).rows
    assert (whole.share, whole.bars[1].read) == (10.0, 0)
    state, private, other = create_share_chart(columns, split=True).rows
    assert (state.share, private.read, other.found) == (50.0, 0, 1)
