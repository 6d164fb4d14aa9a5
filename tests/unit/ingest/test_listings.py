"""What sitemaps, front pages and JSON Feeds list, honest and hostile ones."""

from __future__ import annotations

import gzip
from datetime import UTC, datetime

import orjson
import pytest
from lxml import etree

from services.ingest.feeds import MAX_ENTRIES, parse_feed
from services.ingest.front_page import parse_front_page
from services.ingest.markup import NotAFeedError
from services.ingest.sitemaps import MAX_UNPACKED, parse_sitemap

HOME = "https://news.example.org"
URL = f"{HOME}/sitemap.xml"
NEWS = "xmlns='http://www.sitemaps.org/schemas/sitemap/0.9' xmlns:news='http://www.google.com/schemas/sitemap-news/0.9' xmlns:image='http://www.google.com/schemas/sitemap-image/1.1'"  # noqa: E501 - names of namespaces


def urlset(*urls: str) -> bytes:
    return f"<urlset {NEWS}>{''.join(urls)}</urlset>".encode()


def url(path: str, inner: str = "") -> str:
    return f"<url><loc>{HOME}{path}</loc>{inner}</url>"


def test_news_sitemap_gives_title_and_publication_date() -> None:
    news = (
        "<image:image><image:loc>https://news.example.org/a.jpg</image:loc>"
        "<image:title>A picture</image:title></image:image><news:news>"
        "<news:publication_date>2026-11-20T10:30:00+03:00</news:publication_date>"
        "<news:title>One</news:title></news:news>"
    )
    (entry,) = parse_sitemap(urlset(url("/a", news)), URL).feed.entries
    assert (entry.url, entry.title) == (f"{HOME}/a", "One")
    assert entry.published_at == datetime(2026, 11, 20, 7, 30, tzinfo=UTC)


def test_time_of_change_is_no_publication_date_but_a_sign_to_read_again() -> None:
    first, second = (
        parse_sitemap(urlset(url("/a", f"<lastmod>{day}</lastmod>")), URL).feed.entries[0]
        for day in ("2026-11-20", "2026-11-21")
    )
    assert first.published_at is None
    assert first.digest != second.digest


def test_newest_pages_of_a_long_sitemap_are_taken() -> None:
    pages = [url(f"/{n}", f"<lastmod>20{n // 365:02}-01-01</lastmod>") for n in range(3_650)]
    feed = parse_sitemap(urlset(*pages), URL).feed
    assert len(feed.entries) == MAX_ENTRIES
    assert feed.beyond_limit == 3_650 - MAX_ENTRIES
    assert feed.entries[0].url == f"{HOME}/3285"


def test_pattern_leaves_out_what_is_no_article() -> None:
    feed = parse_sitemap(urlset(url("/about"), url("/2026/a")), URL, r"/20\d\d/").feed
    assert [entry.url for entry in feed.entries] == [f"{HOME}/2026/a"]


def test_pages_of_another_domain_do_not_count() -> None:
    foreign = "<url><loc>https://other.example.com/a</loc></url><url><loc>https://[</loc></url>"
    assert parse_sitemap(urlset(foreign), URL).feed.entries == ()


def test_index_gives_its_sitemaps_the_newest_first_and_itself_too() -> None:
    index = "".join(
        f"<sitemap><loc>{HOME}/{name}</loc><lastmod>{day}</lastmod></sitemap>"
        for name, day in (("old.xml", "2026-01-01"), ("new.xml", "2026-11-01"),
                          ("sitemap.xml", "2026-06-01"))
    )  # fmt: skip
    found = parse_sitemap(f"<sitemapindex {NEWS}>{index}</sitemapindex>".encode(), URL)
    assert [address for address, _ in found.children] == [
        f"{HOME}/new.xml", URL, f"{HOME}/old.xml",
    ]  # fmt: skip


def test_compressed_sitemap_is_read_and_a_bomb_is_refused() -> None:
    assert parse_sitemap(gzip.compress(urlset(url("/a"))), URL).feed.entries
    with pytest.raises(NotAFeedError, match="unpacks to more"):
        parse_sitemap(gzip.compress(bytes(MAX_UNPACKED + 1)), URL)


@pytest.mark.parametrize(
    "raw", [b"<html/>", b"", b"\x1f\x8bnothing", b"<!DOCTYPE x [<!ENTITY a 'b'>]><urlset/>"]
)
def test_what_is_no_sitemap_is_refused(raw: bytes) -> None:
    with pytest.raises((NotAFeedError, etree.XMLSyntaxError)):
        parse_sitemap(raw, URL)


def test_front_page_gives_the_articles_that_its_pattern_names_each_once() -> None:
    page = (
        "<a href='/2026/one#top'><img></a><a href='/2026/one'>One</a><a href='/about'>About</a>"
        "<a href='https://other.example.com/2026/x'>x</a><a href='javascript:alert(2026)'>y</a>"
        "<a>no</a><a href='https://[/2026/'>z</a><a href='//www.example.org/2026/two'>Two</a>"
    )
    feed = parse_front_page(f"<html><body>{page}</body></html>".encode(), HOME, None, r"/2026/")
    assert [entry.url for entry in feed.entries] == [
        f"{HOME}/2026/one", "https://www.example.org/2026/two",
    ]  # fmt: skip


def json_feed(*items: object, version: str = "https://jsonfeed.org/version/1.1") -> bytes:
    return orjson.dumps({"version": version, "title": "x", "items": list(items)})


def test_json_feed_is_read() -> None:
    one = {"id": 1, "url": "/a", "title": "<b>One</b>", "date_published": "2026-11-20T10:30:00Z"}
    external = {"id": "2", "external_url": f"{HOME}/b", "content_text": "t", "title": None}
    first, second = parse_feed(b"\xef\xbb\xbf " + json_feed(one, external, "odd", {}), URL).entries
    assert (first.url, first.title, first.native_id) == (f"{HOME}/a", "One", "1")
    assert first.published_at == datetime(2026, 11, 20, 10, 30, tzinfo=UTC)
    assert second.url == f"{HOME}/b"


@pytest.mark.parametrize(
    "raw",
    [
        b"{",
        b"{}",
        json_feed(version="2"),
        b'{"version": 1}',
        b'{"a":' * 2_000 + b"1" + b"}" * 2_000,
    ],
)
def test_other_json_is_no_feed(raw: bytes) -> None:
    with pytest.raises(NotAFeedError):
        parse_feed(raw, URL)


def test_rdf_and_early_rss_are_read() -> None:
    rdf = (
        "<rdf:RDF xmlns:rdf='http://www.w3.org/1999/02/22-rdf-syntax-ns#' xmlns='http://purl.org/"
        "rss/1.0/' xmlns:dc='http://purl.org/dc/elements/1.1/'><channel/><item rdf:about='x'>"
        f"<title>One</title><link>{HOME}/a</link><dc:date>2026-11-20T10:30:00Z</dc:date></item>"
        "</rdf:RDF>"
    )
    (entry,) = parse_feed(rdf.encode(), URL).entries
    assert entry.published_at == datetime(2026, 11, 20, 10, 30, tzinfo=UTC)
    early = f"<rss version='0.91'><channel><item><link>{HOME}/a</link></item></channel></rss>"
    assert parse_feed(early.encode(), URL).entries[0].url == f"{HOME}/a"
