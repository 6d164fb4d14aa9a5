"""When an item happened, as far as anybody can say; the rule by which windows count.

An outlet that back-dates cannot hide an item, and one that post-dates cannot send it into
the future: a publication time outside what is plausible for this poll is replaced by the
time of arrival and the item is marked `date_disputed`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from shared.events import Collection, EventAtSource

# Feeds list items up to days after their date; 72 h covers a weekend and a holiday.
BEFORE_PREVIOUS_POLL = timedelta(hours=72)
AFTER_FETCH = timedelta(hours=1)  # clocks that run ahead, zones misread by an hour
# Silence of ours, not of the outlet: this many periods without an attempt, and at least
# this long, since a short restart loses nothing.
OUTAGE_PERIODS = 3
OUTAGE_LEAST = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class Stated:
    """A publication time with where it was read."""

    published_at: datetime
    where: EventAtSource


@dataclass(frozen=True, slots=True)
class EventTime:
    """The four fields of an item that say when it happened."""

    published_at: datetime | None
    event_at: datetime
    event_at_source: EventAtSource
    date_disputed: bool


def event_time(
    stated: Stated | None,
    fetched_at: datetime,
    collection: Collection,
    previous_success_at: datetime | None,
) -> EventTime:
    """Decide the event time of an item fetched at *fetched_at*.

    *previous_success_at* is the source's last good poll before the one that listed the
    item. A backfill may be of any age, but like everything else not from the future.
    """
    if stated is None:
        return EventTime(None, fetched_at, EventAtSource.ARRIVAL, date_disputed=False)
    earliest = (previous_success_at or fetched_at) - BEFORE_PREVIOUS_POLL
    is_old_enough = stated.published_at <= fetched_at + AFTER_FETCH
    is_new_enough = collection == Collection.BACKFILL or stated.published_at >= earliest
    if is_old_enough and is_new_enough:
        return EventTime(
            stated.published_at, stated.published_at, stated.where, date_disputed=False
        )
    return EventTime(stated.published_at, fetched_at, EventAtSource.ARRIVAL, date_disputed=True)


def collection_of(
    now: datetime,
    period: timedelta,
    previous_success_at: datetime | None,
    previous_attempt_at: datetime | None,
) -> Collection:
    """Return why a poll at *now* finds what it finds.

    The first good poll is backfill. A long time without any attempt was an outage of
    ours, and what is found after it is catchup; attempts that failed were the outlet's.
    """
    if previous_success_at is None:
        return Collection.BACKFILL
    quiet = now - (previous_attempt_at or previous_success_at)
    is_outage = quiet > max(OUTAGE_PERIODS * period, OUTAGE_LEAST)
    return Collection.CATCHUP if is_outage else Collection.LIVE
