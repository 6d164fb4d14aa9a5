from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from services.ingest.event_time import Stated, collection_of, event_time
from shared.events import Collection, EventAtSource

NOW = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
PREVIOUS = NOW - timedelta(minutes=15)
HOUR = timedelta(hours=1)


def stated(at: datetime) -> Stated:
    return Stated(at, EventAtSource.FEED)


@pytest.mark.parametrize(
    "published_at",
    [NOW, NOW + HOUR, NOW - HOUR, PREVIOUS - timedelta(hours=72)],
)
def test_plausible_date_is_the_event_time(published_at: datetime) -> None:
    found = event_time(stated(published_at), NOW, Collection.LIVE, PREVIOUS)
    assert found.event_at == published_at
    assert found.event_at_source == EventAtSource.FEED
    assert not found.date_disputed


@pytest.mark.parametrize(
    "published_at",
    [
        NOW + HOUR + timedelta(seconds=1),
        PREVIOUS - timedelta(hours=72, seconds=1),
        datetime(1970, 1, 1, tzinfo=UTC),
        datetime(2099, 1, 1, tzinfo=UTC),
    ],
)
@pytest.mark.parametrize("collection", [Collection.LIVE, Collection.CATCHUP])
def test_implausible_date_is_replaced_by_arrival_and_disputed(
    published_at: datetime, collection: Collection
) -> None:
    found = event_time(stated(published_at), NOW, collection, PREVIOUS)
    assert found.event_at == NOW
    assert found.event_at_source == EventAtSource.ARRIVAL
    assert found.published_at == published_at
    assert found.date_disputed


def test_backfill_may_be_of_any_age() -> None:
    old = datetime(2003, 5, 1, tzinfo=UTC)
    found = event_time(stated(old), NOW, Collection.BACKFILL, None)
    assert found.event_at == old
    assert not found.date_disputed


def test_backfill_from_the_future_is_disputed() -> None:
    found = event_time(stated(NOW + 2 * HOUR), NOW, Collection.BACKFILL, None)
    assert found.event_at == NOW
    assert found.date_disputed


def test_item_without_a_date_happened_when_it_arrived() -> None:
    found = event_time(None, NOW, Collection.LIVE, PREVIOUS)
    assert found.event_at == NOW
    assert found.event_at_source == EventAtSource.ARRIVAL
    assert found.published_at is None
    assert not found.date_disputed


PERIOD = timedelta(minutes=15)


@pytest.mark.parametrize(
    ("success", "attempt", "expected"),
    [
        (None, None, Collection.BACKFILL),
        (None, NOW - PERIOD, Collection.BACKFILL),
        (NOW - PERIOD, NOW - PERIOD, Collection.LIVE),
        (NOW - 3 * PERIOD, NOW - 3 * PERIOD, Collection.LIVE),
        (NOW - 4 * PERIOD, NOW - 4 * PERIOD, Collection.CATCHUP),
        # The outlet was away, we were not: what it then lists is live.
        (NOW - 40 * PERIOD, NOW - PERIOD, Collection.LIVE),
    ],
)
def test_collection(
    success: datetime | None, attempt: datetime | None, expected: Collection
) -> None:
    assert collection_of(NOW, PERIOD, success, attempt) == expected


def test_short_restart_is_no_outage() -> None:
    before = NOW - timedelta(minutes=5)
    assert collection_of(NOW, timedelta(seconds=2), before, before) == Collection.LIVE
