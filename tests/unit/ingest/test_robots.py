from __future__ import annotations

import re
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.ingest.robots import matches, parse_robots

FILE = """
User-agent: *
Disallow: /private/
Allow: /private/press/
Disallow: /*.pdf$
Crawl-delay: 7

User-agent: evil
Disallow: /
"""


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("/", True),
        ("/private/x", False),
        ("/private/press/x", True),
        ("/a/b.pdf", False),
        ("/a/b.pdf?x=1", True),
    ],
)
def test_longest_rule_decides(path: str, expected: bool) -> None:
    assert parse_robots(FILE).allows(f"https://example.org{path}") is expected


def test_group_with_our_name_replaces_the_general_one() -> None:
    robots = parse_robots(f"{FILE}\nUser-agent: Tocsin\nUser-agent: other\nDisallow: /closed\n")
    assert robots.allows("https://example.org/private/x")
    assert not robots.allows("https://example.org/closed")


def test_crawl_delay_is_read_and_bounded() -> None:
    assert parse_robots(FILE).delay_seconds == 7
    assert parse_robots("User-agent: *\nCrawl-delay: 99999").delay_seconds == 60
    assert parse_robots("User-agent: *\nCrawl-delay: -5").delay_seconds == 0
    assert parse_robots("User-agent: *\nCrawl-delay: nan").delay_seconds == 0


def test_hostile_pattern_matches_in_linear_time() -> None:
    robots = parse_robots("User-agent: *\n" + "Disallow: /" + "*a" * 200 + "$\n")
    started = time.monotonic()
    robots.allows("https://example.org/" + "a" * 1900 + "b")
    assert time.monotonic() - started < 0.5


@given(st.text(max_size=300))
def test_any_file_gives_an_answer(text: str) -> None:
    assert parse_robots(text).allows("https://example.org/x?y") in {True, False}


@given(st.text("ab*", max_size=8), st.text("ab", max_size=8))
def test_anchored_pattern_matches_like_a_glob(pattern: str, path: str) -> None:
    expected = re.fullmatch(pattern.replace("*", ".*"), path) is not None
    assert matches(pattern + "$", path) is expected
