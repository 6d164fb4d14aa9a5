from __future__ import annotations

from datetime import UTC, datetime

import pytest

from services.ingest.feeds import MAX_ENTRIES, parse_feed
from services.ingest.markup import NotAFeedError

BASE = "https://news.example.org/feed"


def rss(*items: str) -> bytes:
    return f"<rss version='2.0'><channel>{''.join(items)}</channel></rss>".encode()


def item(link: str = "https://news.example.org/a", **fields: str) -> str:
    inner = "".join(f"<{name}>{value}</{name}>" for name, value in fields.items())
    return f"<item><link>{link}</link>{inner}</item>"


def test_rss_item_is_read() -> None:
    feed = parse_feed(
        rss(item(title="One", guid="g1", pubDate="Fri, 20 Nov 2026 10:30:00 GMT")), BASE
    )
    entry = feed.entries[0]
    assert entry.url == "https://news.example.org/a"
    assert entry.native_id == "g1"
    assert entry.title == "One"
    assert entry.published_at == datetime(2026, 11, 20, 10, 30, tzinfo=UTC)


def test_atom_entry_takes_the_alternate_link() -> None:
    raw = b"""<?xml version="1.0"?><feed xmlns="http://www.w3.org/2005/Atom"><entry>
      <link rel="self" href="/self"/><link rel="alternate" href="/story#top"/><id>tag:x</id>
      <title type="html">&lt;b&gt;Bold&lt;/b&gt; &amp;amp; brave</title>
      <published>2026-11-20T10:30:00Z</published></entry></feed>"""
    entry = parse_feed(raw, BASE).entries[0]
    assert entry.url == "https://news.example.org/story"
    assert entry.title == "Bold & brave"


def test_rdf_item_is_read() -> None:
    raw = b"""<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"
      xmlns="http://purl.org/rss/1.0/" xmlns:dc="http://purl.org/dc/elements/1.1/">
      <item><title>x</title><link>https://news.example.org/r</link>
      <dc:date>2026-11-20T10:30:00Z</dc:date></item></rdf:RDF>"""
    entry = parse_feed(raw, BASE).entries[0]
    assert entry.url == "https://news.example.org/r"
    assert entry.published_at is not None


@pytest.mark.parametrize(
    "link", ["javascript:alert(1)", "data:text/html,x", "file:///etc/passwd", "mailto:a@b", ""]
)
def test_link_that_is_no_web_address_is_dropped_and_counted(link: str) -> None:
    feed = parse_feed(rss(item(link), item()), BASE)
    assert [entry.url for entry in feed.entries] == ["https://news.example.org/a"]
    assert feed.without_address == 1


def test_permalink_guid_stands_in_for_a_missing_link() -> None:
    raw = rss("<item><guid>https://news.example.org/g</guid></item>")
    assert parse_feed(raw, BASE).entries[0].url == "https://news.example.org/g"


def test_guid_that_is_no_permalink_is_no_address() -> None:
    raw = rss("<item><guid isPermaLink='false'>abc</guid></item>")
    assert parse_feed(raw, BASE).without_address == 1


def test_changed_guid_alone_does_not_change_the_digest() -> None:
    first = parse_feed(rss(item(title="One", guid="g1")), BASE).entries[0]
    second = parse_feed(rss(item(title="One", guid="g2")), BASE).entries[0]
    assert first.digest == second.digest


def test_changed_summary_changes_the_digest() -> None:
    first = parse_feed(rss(item(title="One", description="a")), BASE).entries[0]
    second = parse_feed(rss(item(title="One", description="b")), BASE).entries[0]
    assert first.digest != second.digest


def test_reused_guid_on_another_address_is_another_entry() -> None:
    feed = parse_feed(rss(item(guid="g"), item("https://news.example.org/b", guid="g")), BASE)
    assert len(feed.entries) == 2


def test_entries_beyond_the_limit_are_counted() -> None:
    links = [item(f"https://news.example.org/{number}") for number in range(MAX_ENTRIES + 5)]
    feed = parse_feed(rss(*links), BASE)
    assert len(feed.entries) == MAX_ENTRIES
    assert feed.beyond_limit == 5


def test_feed_that_is_not_well_formed_is_still_read() -> None:
    raw = b"<rss version='2.0'><channel><item><title>A & B</title><link>https://news.example.org/a"
    feed = parse_feed(raw + b"</link></item></channel></rss>", BASE)
    assert feed.entries[0].title == "A & B"


@pytest.mark.parametrize("encoding", ["utf-16", "windows-1256", "iso-8859-6"])
def test_declared_encoding_is_read(encoding: str) -> None:
    text = f"<?xml version='1.0' encoding='{encoding}'?>" + rss(item(title="سلام")).decode()
    assert parse_feed(text.encode(encoding), BASE).entries[0].title == "سلام"


def test_entities_are_refused() -> None:
    laughs = b"<!DOCTYPE r [<!ENTITY a 'ha'><!ENTITY b '&a;&a;'>]>" + rss(item(title="&b;"))
    with pytest.raises(NotAFeedError):
        parse_feed(laughs, BASE)
    with pytest.raises(NotAFeedError):
        parse_feed(laughs.decode().encode("utf-16"), BASE)


def test_external_dtd_is_not_loaded() -> None:
    raw = b"<!DOCTYPE rss SYSTEM 'file:///etc/passwd'>" + rss(item(title="One"))
    assert parse_feed(raw, BASE).entries[0].title == "One"


@pytest.mark.parametrize(
    "raw",
    [b"", b"<html><body><form>log in</form></body></html>", b"\x00\x00", b"{}", b"<svg/>"],
)
def test_what_is_no_feed_is_refused(raw: bytes) -> None:
    with pytest.raises(NotAFeedError):
        parse_feed(raw, BASE)
