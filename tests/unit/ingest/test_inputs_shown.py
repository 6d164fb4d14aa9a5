"""Which test shows what becomes of each hostile input; a name that no longer exists fails."""

from __future__ import annotations

from pathlib import Path

import pytest

from services.ingest.feeds import parse_feed

FETCHER, SANDBOX = "integration/ingest/test_fetcher.py", "integration/ingest/test_sandbox.py"
FEEDS, LISTINGS = "unit/ingest/test_feeds.py", "unit/ingest/test_listings.py"
EXTRACT, WAY = "unit/ingest/test_extract.py", "integration/ingest/test_way.py"
HERE = "unit/ingest/test_inputs_shown.py"
REDIRECT = (FETCHER, "test_redirect_to_what_is_not_public_is_forbidden")
ANSWER = (FETCHER, "test_answer_that_is_no_valid_http_is_away")
HOSTILE_FEED, HOSTILE_PAGE = (
    (SANDBOX, "test_hostile_feed_ends_in_time"),
    (SANDBOX, "test_hostile_page_ends_in_time"),
)
SHOWN: dict[str, tuple[str, str]] = {
    "address inside, in any notation": REDIRECT,
    "user info, file: behind a redirect": REDIRECT,
    "address ranges": ("unit/ingest/test_guard.py", "test_address_that_is_not_public_is_refused"),
    "DNS answer that changes": (
        "integration/ingest/test_rebinding.py",
        "test_answer_that_changes_between_redirects_is_refused",
    ),
    "redirect loop": (FETCHER, "test_redirect_loop_ends"),
    "address of 100 kB": (FETCHER, "test_malformed_address_is_refused"),
    "gzip and brotli bombs": (FETCHER, "test_bomb_ends_at_the_limit"),
    "double gzip": (FETCHER, "test_double_compression_is_decoded_once"),
    "endless body": (FETCHER, "test_endless_body_ends_at_the_limit"),
    "a byte a second, silence": (FETCHER, "test_slow_server_ends_at_the_deadline"),
    "40 MB of headers, wrong Content-Length": ANSWER,
    "Retry-After out of bounds": ("unit/ingest/test_dates.py", "test_retry_after_is_bounded"),
    "login page instead of a feed": (FEEDS, "test_what_is_no_feed_is_refused"),
    "robots.txt of any kind": ("unit/ingest/test_robots.py", "test_any_file_gives_an_answer"),
    "billion laughs, XXE": (FEEDS, "test_entities_are_refused"),
    "external DTD": (FEEDS, "test_external_dtd_is_not_loaded"),
    "deep nesting, attributes, 100 000 items": HOSTILE_FEED,
    "truncated, NULs": (HERE, "test_damaged_feed_gives_what_can_be_read_or_is_refused"),
    "charset wrong, UTF-16": (FEEDS, "test_declared_encoding_is_read"),
    "UTF-7": (EXTRACT, "test_utf7_is_not_decoded"),
    "guid reused": (FEEDS, "test_reused_guid_on_another_address_is_another_entry"),
    "guid missing": (FEEDS, "test_permalink_guid_stands_in_for_a_missing_link"),
    "guid with new text": (FEEDS, "test_changed_summary_changes_the_digest"),
    "javascript: links": (FEEDS, "test_link_that_is_no_web_address_is_dropped_and_counted"),
    "markup in titles": (EXTRACT, "test_title_loses_markup_and_entities"),
    "dates impossible": ("unit/ingest/test_dates.py", "test_impossible_date_is_none"),
    "sitemap that includes itself": (
        "integration/ingest/test_collectors.py",
        "test_article_is_found_by_each_kind_of_source",
    ),
    "sitemap bomb": (LISTINGS, "test_compressed_sitemap_is_read_and_a_bomb_is_refused"),
    "100 000 divs, 5 MB of JSON-LD, a 1 MB word": HOSTILE_PAGE,
    "JPEG as HTML, empty page": (
        WAY,
        "test_page_that_can_never_be_read_has_an_outcome_with_a_reason",
    ),
    "bidi marks, joiners": (EXTRACT, "test_joiners_and_direction_marks_stay"),
    "lone surrogates": (EXTRACT, "test_clean_text_is_valid_unicode_without_controls"),
    "back-dated item": (WAY, "test_date_before_the_plausible_is_disputed_in_live_polls"),
    "canonical of another site": (WAY, "test_canonical_address_of_the_same_site_names_the_item"),
}


@pytest.mark.parametrize("name", SHOWN)
def test_input_has_its_test(name: str) -> None:
    file, test = SHOWN[name]
    text = (Path(__file__).parents[2] / file).read_text(encoding="utf-8")
    assert f"def {test}(" in text


ITEM = b"<item><link>https://news.example.org/a</link><title>A</title></item>"
WHOLE = b"<rss version='2.0'><channel>" + ITEM + b"</channel></rss>"


@pytest.mark.parametrize(
    ("raw", "entries"),
    [
        (WHOLE[:-12], 1),
        (WHOLE.replace(b"<title>A", b"<title>A\x00"), 1),
        (WHOLE.replace(b"</channel></rss>", ITEM[:30]), 1),
    ],
    ids=["truncated", "nul", "cut in an item"],
)
def test_damaged_feed_gives_what_can_be_read_or_is_refused(raw: bytes, entries: int) -> None:
    feed = parse_feed(raw, "https://news.example.org/feed")
    assert len(feed.entries) == entries
    assert feed.entries[0].url == "https://news.example.org/a"
