"""How many items a day, split by kind of owner: the period, its steps and the counts.

Days as the engine returns them are gathered into weeks or months where a period is long,
so that a chart never has more columns than it can show.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Literal

DEFAULT_DAYS = 30
MOST_DAYS = 92
MOST_WEEKS_DAYS = 730
MOST_YEARS_DAYS = 366 * 20

Step = Literal["day", "week", "month"]


@dataclass(frozen=True, slots=True)
class Period:
    """The days that a timeline shows, first and last included, and its steps."""

    first: date
    last: date
    step: Step


@dataclass(frozen=True, slots=True)
class Column:
    """One step: its first day, its items, and those items by kind of owner."""

    day: date
    total: int
    owners: dict[str, int]


def period(since: date | None, until: date | None, today: date) -> Period:
    """Return the period to show: what was asked, or the last thirty days."""
    last = until or max(today, since or today)
    first = since or last - timedelta(days=DEFAULT_DAYS - 1)
    first = max(first, last - timedelta(days=MOST_YEARS_DAYS))
    days = (last - first).days + 1
    if days <= MOST_DAYS:
        return Period(first, last, "day")
    return Period(first, last, "week" if days <= MOST_WEEKS_DAYS else "month")


def aggregation(shown: Period, filters: list[dict[str, Any]]) -> dict[str, Any]:
    """Return the engine's clause that counts the columns of *shown*."""
    bounds = {
        "gte": f"{shown.first.isoformat()}T00:00:00Z",
        "lt": f"{(shown.last + timedelta(days=1)).isoformat()}T00:00:00Z",
    }
    within = {"range": {"event_at": bounds}}
    histogram = {
        "field": "event_at",
        "calendar_interval": shown.step,
        "format": "yyyy-MM-dd",
        "min_doc_count": 0,
        "extended_bounds": {"min": shown.first.isoformat(), "max": shown.last.isoformat()},
    }
    owners = {"terms": {"field": "owner_kind", "size": 12}}
    return {
        "filter": {"bool": {"filter": [within, *filters]}},
        "aggs": {"columns": {"date_histogram": histogram, "aggs": {"owners": owners}}},
    }


def columns(buckets: Iterable[dict[str, Any]]) -> tuple[Column, ...]:
    """Return the engine's counts as columns."""
    return tuple(
        Column(
            date.fromisoformat(bucket["key_as_string"]),
            bucket["doc_count"],
            {one["key"]: one["doc_count"] for one in bucket["owners"]["buckets"]},
        )
        for bucket in buckets
    )
