from __future__ import annotations

from datetime import UTC, datetime
from hashlib import sha256

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.ingest.authors import author_of, pseudonymiser
from services.ingest.domains import honoured_canonical, registrable_domain
from services.ingest.extract import Extracted
from services.ingest.feeds import Entry
from services.ingest.fetched import Fetched
from services.ingest.items import (
    MAX_TEXT_BYTES,
    PageRead,
    Stored,
    decide,
    draft_item,
    fit_text,
    stated_time,
)
from services.ingest.outcomes import Outcome
from services.ingest.registry import Ownership, RegisteredOutlet
from services.ingest.retries import retry_pause_seconds
from services.ingest.targets import Poll, entry_id, target_of
from services.ingest.text import clean_text
from shared.events import (
    Capture,
    Collection,
    EventAtSource,
    MediaItemIngested,
    Medium,
    OutletBase,
    decode,
    encode,
)
from shared.ids import item_id

NOW = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
URL = "https://news.example.org/a"
CAPTURE = Capture(
    capture_id="20261120.w1.0",
    raw_sha256="0" * 64,
    media_type="text/html",
    size_bytes=1,
    fetched_at=NOW,
)


def page(text: str = "Words.", final_url: str = URL, canonical: str | None = None) -> PageRead:
    entry = Entry(url=URL, native_id="g", title="Feed title", published_at=NOW, digest="d")
    outlet = RegisteredOutlet(
        outlet_id="xa-o",
        name="Times",
        country="XA",
        medium=Medium.ONLINE,
        base=OutletBase.DOMESTIC,
        languages=("en",),
        ownership=Ownership(owner=()),
    )
    fetched = Fetched(
        url=final_url,
        status=200,
        headers=(),
        body=b"x",
        sha256=sha256(b"x").hexdigest(),
        fetched_at=NOW,
        request_line="GET /a HTTP/1.1",
        request_headers=(),
    )
    target = target_of(entry, Poll("xa-o-feed", "xa-o", Collection.LIVE, NOW, NOW))
    return PageRead(target, outlet, fetched, Extracted(text=text, canonical_url=canonical))


def draft(text: str = "Words.", canonical: str | None = None) -> MediaItemIngested:
    return draft_item(page(text, canonical=canonical), CAPTURE, str).event(1)


def test_item_is_named_by_its_final_address() -> None:
    moved = draft_item(page(final_url="https://news.example.org/b?utm_source=x"), CAPTURE, str)
    assert moved.item_id == item_id("https://news.example.org/b")
    assert moved.other_id is None


def test_canonical_of_the_same_site_names_it_and_the_address_stays_known() -> None:
    found = draft_item(page(canonical="https://www.example.org/story"), CAPTURE, str)
    assert found.item_id == item_id("https://www.example.org/story")
    assert found.by_address().item_id == item_id(URL)
    assert found.by_address().event(1).canonical_url is None


def test_event_is_valid_and_complete() -> None:
    event = decode(MediaItemIngested, encode(draft()))
    assert event.title == "Feed title"
    assert event.source.native_id == "g"
    assert event.collection == Collection.LIVE


STORED = Stored("i", "xa-o", 3, "a" * 64)


@pytest.mark.parametrize(
    ("stored", "expected"),
    [
        (None, (Outcome.INGESTED, 1)),
        (STORED, (Outcome.INGESTED, 4)),
        (Stored("i", "xa-o", 3, sha256(b"Words.").hexdigest()), (Outcome.UNCHANGED, 3)),
        (Stored("i", "xa-other", 3, "a" * 64), (Outcome.UNCHANGED, 3)),
        (Stored("i", "xa-o", 3, "a" * 64, removed="text"), (Outcome.REMOVED, 3)),
        (Stored("i", "xa-o", 3, "a" * 64, removed="author"), (Outcome.INGESTED, 4)),
        (Stored("i", None, 0, None, removed="all"), (Outcome.REMOVED, 0)),
        (Stored("i", None, 0, None, removed="author"), (Outcome.INGESTED, 1)),
    ],
)
def test_revision_grows_only_with_the_text(
    stored: Stored | None, expected: tuple[Outcome, int]
) -> None:
    assert decide(stored, draft_item(page(), CAPTURE, str)) == expected


@given(st.text(alphabet='a"\n\\é\u1200\U0001f600', max_size=400), st.integers(20, 300))
def test_fitted_text_is_a_beginning_that_fits_as_json(text: str, limit: int) -> None:
    fitted = fit_text(text, limit)
    assert text.startswith(fitted)
    assert len(orjson.dumps(fitted)) <= limit


@pytest.mark.parametrize("letter", ["a", "é", "\u1200", '"', "\n"])
def test_huge_text_is_cut_and_the_event_fits(letter: str) -> None:
    text = clean_text(f"x{letter * 700_000}y")
    found = draft_item(page(text), CAPTURE, str)
    event = found.event(1)
    assert event.text_truncated
    assert found.full_text == text
    assert len(encode(event)) <= MediaItemIngested.MAX_BYTES
    assert len(encode(event)) > MAX_TEXT_BYTES * 0.9


def test_feed_is_the_best_witness_then_page_then_header() -> None:
    header = "Fri, 20 Nov 2026 10:30:00 GMT"
    for feed, on_page, expected in (
        (NOW, NOW, EventAtSource.FEED),
        (None, NOW, EventAtSource.PAGE),
        (None, None, EventAtSource.HEADER),
    ):
        found = stated_time(feed, on_page, header)
        assert found is not None
        assert found.where == expected
    assert stated_time(None, None, None) is None


@pytest.mark.parametrize(
    ("canonical", "is_honoured"),
    [
        ("https://m.example.co.uk/b", True),
        ("https://example.co.uk/?p=7", True),
        ("https://other.co.uk/b", False),
        ("https://example.co.uk/", False),
        ("https://[bad", False),
    ],
)
def test_canonical_is_honoured_on_the_same_registrable_domain(
    canonical: str, is_honoured: bool
) -> None:
    found = honoured_canonical("https://www.example.co.uk/a", canonical)
    assert found == (canonical if is_honoured else None)


def test_address_without_a_domain_is_its_own() -> None:
    assert registrable_domain("http://127.0.1.1:80/") == "127.0.1.1"
    assert registrable_domain("http://127.0.1.2/") != registrable_domain("http://127.0.1.1/")


def test_person_has_a_pseudonym_and_an_institution_its_name() -> None:
    pseudonym = pseudonymiser(b"k" * 32)
    person = author_of("Amina Example", "Times", None, pseudonym)
    assert person.display is None
    assert person.pseudonym == pseudonym("amina example")
    assert pseudonymiser(b"other")("amina example") != person.pseudonym
    for name in ("TIMES", "The Site", "AFP/Reuters", "وكالات"):
        house = author_of(name, "Times", "The Site", pseudonym)
        assert house.is_institution
        assert house.display == name
    assert author_of(None, "Times", None, pseudonym).pseudonym is None


def test_one_page_of_one_outlet_is_one_entry_however_it_is_spelt() -> None:
    assert entry_id("o", "http://A.example/x?utm_source=y") == entry_id("o", "https://a.example/x")
    assert entry_id("o", "https://a.example/x") != entry_id("p", "https://a.example/x")


def test_retries_grow_respect_the_server_and_end() -> None:
    pauses = [retry_pause_seconds(n, None, is_allowed=False) for n in range(1, 7)]
    assert pauses == [30, 120, 480, 1920, 7680, None]
    assert retry_pause_seconds(1, 600.0, is_allowed=False) == 600
    assert retry_pause_seconds(1, None, is_allowed=True) == 0.5
