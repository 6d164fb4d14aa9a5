from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.ingest.charset import decode_markup
from services.ingest.extract import extract_page, without_headline
from services.ingest.text import clean_line, clean_text, cut_utf8, strip_markup

URL = "https://news.example.org/2026/story"
BODY = "The river district council met on Monday to speak about the price of bread. " * 6


def page(head: str = "", body: str = BODY, language: str = "en") -> str:
    return (
        f"<html lang='{language}'><head><title>Bread</title>{head}</head><body><article>"
        f"<h1>Bread</h1><p>{body}</p><p>{body}</p></article></body></html>"
    )


def test_article_and_its_facts_are_found() -> None:
    head = (
        "<link rel='canonical' href='/canonical'>"
        "<meta property='article:published_time' content='2026-11-20T10:30:00Z'>"
        "<meta name='author' content='Amina Example'>"
        "<meta property='article:section' content='Economy'>"
    )
    found = extract_page(page(head).encode(), URL)
    assert "price of bread" in found.text
    assert found.title == "Bread"
    assert found.canonical_url == "https://news.example.org/canonical"
    assert found.published_at == datetime(2026, 11, 20, 10, 30, tzinfo=UTC)
    assert found.author == "Amina Example"
    assert found.section == "Economy"
    assert found.language_hint == "en"


def test_links_of_paragraphs_are_absolute_web_addresses() -> None:
    body = f"{BODY}<a href='/b#x'>b</a><a href='javascript:x'>c</a><a href='http://[bad'>d</a>"
    assert extract_page(page(body=body).encode(), URL).links == ("https://news.example.org/b",)


@pytest.mark.parametrize(
    ("charset", "declared"),
    [("windows-1256", ""), (None, "<meta charset='windows-1256'>"), (None, "")],
)
def test_arabic_page_is_decoded_by_header_or_declaration(
    charset: str | None, declared: str
) -> None:
    body = "اجتمع مجلس المنطقة يوم الاثنين للحديث عن سعر الخبز في السوق. " * 8
    encoding = "windows-1256" if charset or declared else "utf-8"
    raw = page(declared, body, "ar").encode(encoding)
    assert "مجلس المنطقة" in extract_page(raw, URL, charset).text


def test_utf7_is_not_decoded() -> None:
    assert "<script>" not in decode_markup(b"+ADw-script+AD4-", "utf-7")


@pytest.mark.parametrize("raw", [b"", b"   ", b"\x00" * 50, b"\xff\xd8\xff\xe0JFIF", b"{}", b"<"])
def test_what_holds_no_article_has_no_text(raw: bytes) -> None:
    assert extract_page(raw, URL).text == ""


@given(st.binary(max_size=400))
def test_any_bytes_are_decoded(raw: bytes) -> None:
    decode_markup(raw, None).encode()


@given(st.text(max_size=200))
def test_clean_text_is_valid_unicode_without_controls(text: str) -> None:
    cleaned = clean_text(text + "\ud800\x00")
    assert "\x00" not in cleaned
    cleaned.encode()


def test_joiners_and_direction_marks_stay() -> None:
    text = "a\u200db\u202ec"
    assert clean_text(text) == text


def test_title_loses_markup_and_entities() -> None:
    assert strip_markup("&lt;b&gt;War&lt;/b&gt; &amp; <i>peace</i>\n now") == "War & peace now"
    assert strip_markup("  ") is None
    assert clean_line("x" * 5000) == "x" * 1000


@given(st.text(max_size=300), st.integers(1, 200))
def test_cut_text_fits_and_begins_the_text(text: str, limit: int) -> None:
    text = clean_text(text)
    cut = cut_utf8(text, limit)
    assert text.startswith(cut)
    assert len(cut.encode()) <= limit


def test_headline_in_a_very_short_text_is_not_part_of_it() -> None:
    assert without_headline("A report\nWords of it.", "A report") == "Words of it."
    assert without_headline("A report", "A report") == "A report"
    assert without_headline("Another line\nWords.", "A report") == "Another line\nWords."
    long = "A report\n" + "Words of it. " * 60
    assert without_headline(long, "A report") == long


def test_short_and_long_texts_say_how_they_were_extracted() -> None:
    paragraph = "The council of the river districts spoke about the price of bread. "
    found = [extract_page(page(body=paragraph * times).encode(), URL) for times in (2, 30)]
    assert [one.method for one in found] == ["thorough", "fast"]
    assert all(paragraph.strip() in one.text for one in found)
