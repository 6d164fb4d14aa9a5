from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.ingest.intervals import LONGEST, SHORTEST, fresh_for, next_interval

LEAST = timedelta(minutes=1)
HOUR = timedelta(hours=1)


@pytest.mark.parametrize(
    ("found", "listed", "expected"),
    [
        (0, 20, timedelta(minutes=90)),
        (1, 20, HOUR),
        (3, 20, timedelta(minutes=30)),
        (20, 20, SHORTEST),
        (0, 0, timedelta(minutes=90)),
    ],
)
def test_wait_follows_what_is_published(found: int, listed: int, expected: timedelta) -> None:
    assert next_interval(HOUR, found, listed, LEAST) == expected


@given(st.lists(st.integers(0, 50), min_size=1), st.integers(1, 7_200))
def test_wait_stays_between_ten_minutes_and_a_day(polls: list[int], least_seconds: int) -> None:
    least = timedelta(seconds=least_seconds)
    wait = least
    for found in polls:
        wait = next_interval(wait, found, 50, least)
        assert max(SHORTEST, least) <= wait <= LONGEST


def test_quiet_source_is_asked_daily_and_a_busy_one_every_ten_minutes() -> None:
    quiet = busy = HOUR
    for _ in range(20):
        quiet, busy = (next_interval(quiet, 0, 50, LEAST), next_interval(busy, 9, 50, LEAST))
    assert (quiet, busy) == (LONGEST, SHORTEST)


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        (None, 0),
        ("", 0),
        ("max-age=600", 600),
        ("public, Max-Age = 60", 60),
        ("s-maxage=900", 0),
        ("no-cache, max-age=600", 0),
        ("max-age=-5", 0),
        ("max-age=999999999", 86_400),
        ("max-age=" + "9" * 5_000, 86_400),
        ("max-age=x", 0),
    ],
)
def test_freshness_that_a_server_claims_is_bounded(header: str | None, seconds: int) -> None:
    assert fresh_for(header) == timedelta(seconds=seconds)
