from datetime import date
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.ids import (
    InvalidUrlError,
    analysis_id,
    event_id,
    item_id,
    match_id,
    native_item_id,
    normalise_url,
    signal_id,
    text_sha256,
)

ITEM = item_id("https://courier.example/news/1")
# Taken from the first version: a change of one of these orphans what is stored.
PINNED = (
    "fd9a12d3d9c4125a86bcef34061e7ea7",
    "b2d4f7e9-8ade-51ee-81e9-43f5911b9999",
    "5fa0b073-f868-51d2-a93f-8b6b818f78e9",
    "64acabbb-9f10-5d81-a957-daacafc47787",
    "7e8b27cc-f95a-558b-8372-7f6eccb0dfc5",
)
HOSTS = st.sampled_from(
    ["courier.example", "Courier.Example.", "مثال.example", "[::1]", "127.0.0.1"]
)
SEGMENTS = st.text(alphabet="aZ/.%27é ع+&=;~\U0001f56f", max_size=12)
URLS = st.builds(
    "{}://{}{}/{}?{}#{}".format,
    st.sampled_from(["http", "https", "HTTPS"]),
    HOSTS,
    st.sampled_from(["", ":80", ":443", ":8080"]),
    SEGMENTS,
    SEGMENTS,
    SEGMENTS,
)


@given(URLS)
def test_normalising_a_name_gives_the_name(url: str) -> None:
    name = normalise_url(url)
    assert normalise_url(name) == name


@given(URLS)
def test_name_is_plain_text_without_fragment(url: str) -> None:
    name = normalise_url(url)
    assert name.isascii()
    assert not set(name) & set("# \t\n")


@given(st.text(max_size=40))
def test_any_text_has_a_name_or_is_refused(text: str) -> None:
    try:
        name = normalise_url(text)
    except InvalidUrlError:
        return
    assert name.startswith("https://")


@given(st.permutations(["a=1", "b=2", "a=0", "utm_source=x", "c"]))
def test_order_of_the_query_does_not_matter(parameters: list[str]) -> None:
    assert normalise_url("https://h.example/?" + "&".join(parameters)).endswith("/?a=0&a=1&b=2&c")


@pytest.mark.parametrize(
    ("url", "name"),
    [
        ("HTTP://Courier.Example:80", "https://courier.example/"),
        ("http://courier.example/a", "https://courier.example/a"),
        ("https://courier.example:8443/a", "https://courier.example:8443/a"),
        ("https://reader:secret@courier.example/", "https://courier.example/"),
        ("https://courier.example/a#top", "https://courier.example/a"),
        ("https://courier.example/a?fbclid=1&id=7&UTM_Source=x", "https://courier.example/a?id=7"),
        ("https://courier.example/a?", "https://courier.example/a"),
        ("https://courier.example/a/../b/./c", "https://courier.example/b/c"),
        ("https://courier.example/%7eana/%e4%B8%ad", "https://courier.example/~ana/%E4%B8%AD"),
        ("https://courier.example/中", "https://courier.example/%E4%B8%AD"),
        ("https://courier.example/100%", "https://courier.example/100%25"),
        ("https://courier.example/a%2Fb", "https://courier.example/a%2Fb"),
        ("https://münchen.example/", "https://xn--mnchen-3ya.example/"),
        ("  https://courier.example/a\n", "https://courier.example/a"),
    ],
)
def test_spelling_is_normalised(url: str, name: str) -> None:
    assert normalise_url(url) == name


@pytest.mark.parametrize(
    "different",
    [
        "https://courier.example/news/1/",
        "https://courier.example/News/1",
        "https://www.courier.example/news/1",
        "https://courier.example/news/1?page=2",
        "https://courier.example/news%2F1",
        "https://courier.example:8080/news/1",
    ],
)
def test_what_a_server_may_tell_apart_stays_apart(different: str) -> None:
    assert item_id(different) != ITEM


@pytest.mark.parametrize(
    "text",
    [
        "",
        "courier.example/a",
        "javascript:alert(1)",
        "file:///etc/passwd",
        "https://",
        "https://courier.example:99999/",
        "https://[::1",
        "https://ex ample/",
        "https://courier..example/",
        "https://courier.example/\ud800",
    ],
)
def test_text_that_names_no_page_is_refused(text: str) -> None:
    with pytest.raises(InvalidUrlError):
        normalise_url(text)


def test_item_id_is_pinned_for_ever() -> None:
    assert item_id("http://courier.example/news/1?utm_medium=rss") == ITEM
    assert text_sha256("https://courier.example/news/1")[:32] == ITEM
    assert native_item_id("tape", "12") == text_sha256("native\ntape\n12")[:32]


def test_ids_are_pinned_for_ever() -> None:
    found = (
        ITEM,
        analysis_id(ITEM, 1, "1.0.0"),
        match_id(ITEM, 1, "11.4", None, "text", 3, 9),
        signal_id("at-once", "XA", "xa-kelvari", None, date(2026, 3, 2)),
        event_id("media.item.ingested.v1", ITEM, 1),
    )
    assert found == PINNED


def test_match_id_outlives_the_analysis_that_found_it() -> None:
    assert match_id(ITEM, 1, "11.4", "xa-kelvari", "text", 3, 9) != match_id(
        ITEM, 2, "11.4", "xa-kelvari", "text", 3, 9
    )
    assert analysis_id(ITEM, 1, "1.0.0") != analysis_id(ITEM, 1, "1.0.1")
    assert UUID(match_id(ITEM, 1, "11.4", None, "text", 3, 9)).version == 5


def test_situations_of_other_days_groups_and_stories_have_other_ids() -> None:
    ids = {
        signal_id("r", "XA", group, story, day)
        for group in (None, "g")
        for story in (None, "s")
        for day in (date(2026, 3, 2), date(2026, 3, 3))
    }
    assert len(ids) == 8
