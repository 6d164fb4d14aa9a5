"""A country's page: what its media said in four weeks, outlet by outlet, and who is silent.

Counts are shown beside what was read, and health beside counts, so that an empty row is never
taken for a quiet outlet.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from services.portal.accounts.model import Principal
from services.portal.accounts.visibility import visible_to
from services.portal.search.model import TimelineColumn
from services.portal.search.query import ENGINE_TIMEOUT
from services.portal.search.timeline import Period, aggregation, columns
from shared.events import MediaOutletHealthChanged

DAYS = 28
OUTLETS_COUNTED = 500


@dataclass(frozen=True, slots=True)
class OutletRow:
    """One outlet with what it is, how it does, and what was read of it."""

    state: MediaOutletHealthChanged
    items: int
    matched: int
    unread: int


@dataclass(frozen=True, slots=True)
class CountryPage:
    """Everything on the page but its signals and reports."""

    country: str
    first: date
    last: date
    columns: tuple[TimelineColumn, ...]
    indicators: tuple[tuple[str, int], ...]
    outlets: tuple[OutletRow, ...]


def country_query(
    principal: Principal, country: str, now: datetime, outlet_id: str | None = None
) -> dict[str, Any]:
    """Return the engine's query of a country's own media, or of one outlet of it."""
    shown = _period(now)
    matched = {"range": {"match_count": {"gte": 1}}}
    since = {"range": {"event_at": {"gte": f"{shown.first.isoformat()}T00:00:00Z"}}}
    filters = [*visible_to(principal), {"term": {"country": country}}, since]
    if outlet_id is not None:
        filters.append({"term": {"outlet_id": outlet_id}})
    by_outlet = {
        "terms": {"field": "outlet_id", "size": OUTLETS_COUNTED},
        "aggs": {
            "matched": {"filter": matched},
            "unread": {"filter": {"term": {"readable": False}}},
        },
    }
    return {
        "query": {"bool": {"filter": filters}},
        "aggs": {
            "outlets": by_outlet,
            "indicators": {"terms": {"field": "indicators", "size": 15}},
            "found": aggregation(shown, [matched]),
            "read": aggregation(shown, [{"term": {"readable": True}}]),
        },
        "size": 0,
        "track_total_hits": False,
        "timeout": ENGINE_TIMEOUT,
    }


def build_country(
    country: str,
    now: datetime,
    response: dict[str, Any],
    outlets: Iterable[MediaOutletHealthChanged],
) -> CountryPage:
    """Return the page's content; every known outlet has a row, also one that was silent."""
    counted = response["aggregations"]
    shown = _period(now)
    by_outlet = {one["key"]: one for one in counted["outlets"]["buckets"]}
    ordered = sorted(outlets, key=lambda one: (one.outlet.owner_kind, one.outlet.name))
    return CountryPage(
        country=country,
        first=shown.first,
        last=shown.last,
        columns=_columns(counted),
        indicators=tuple(
            (one["key"], one["doc_count"]) for one in counted["indicators"]["buckets"]
        ),
        outlets=tuple(_row(one, by_outlet.get(one.outlet.outlet_id)) for one in ordered),
    )


def _period(now: datetime) -> Period:
    last = now.date()
    return Period(last - timedelta(days=DAYS - 1), last, "day")


def _columns(counted: dict[str, Any]) -> tuple[TimelineColumn, ...]:
    read = {one.day: one for one in columns(counted["read"]["columns"]["buckets"])}
    return tuple(
        TimelineColumn(
            day=one.day,
            total=one.total,
            owners=one.owners,
            read=read[one.day].total if one.day in read else 0,
            read_owners=read[one.day].owners if one.day in read else {},
        )
        for one in columns(counted["found"]["columns"]["buckets"])
    )


def _row(state: MediaOutletHealthChanged, bucket: dict[str, Any] | None) -> OutletRow:
    if bucket is None:
        return OutletRow(state, 0, 0, 0)
    matched, unread = bucket["matched"]["doc_count"], bucket["unread"]["doc_count"]
    return OutletRow(state, bucket["doc_count"], matched, unread)
