"""What is new for a desk since its officer's last visit, and what could not be read.

Two queries of one shape a page: what arrived since then, by outlet, and the newest passages.
Silence is shown as loudly as speech: an outlet that fails and a language that nobody here
reads both stand on the page.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from services.portal.accounts.model import Principal
from services.portal.accounts.visibility import visible_to
from services.portal.search.model import Hit, hit
from services.portal.search.query import ENGINE_TIMEOUT, SHOWN
from shared.events import Health, MediaOutletHealthChanged

OUTLETS_SHOWN = 100
PASSAGES_SHOWN = 30
AILING = (Health.SILENT, Health.FAILING, Health.DEGRADED)


@dataclass(frozen=True, slots=True)
class OutletNews:
    """What one outlet brought since the last visit."""

    outlet_id: str
    name: str
    owner_kind: str
    controlled_by: str | None
    items: int
    matched: int
    unread: int


@dataclass(frozen=True, slots=True)
class Unread:
    """Something that could not be read or heard: who, and why."""

    subject: str
    reason: str


@dataclass(frozen=True, slots=True)
class Overview:
    """A desk's page."""

    country: str
    since: datetime
    items: int
    outlets: tuple[OutletNews, ...]
    passages: tuple[Hit, ...]
    unread: tuple[Unread, ...]


def overview_query(principal: Principal, country: str, since: datetime) -> dict[str, Any]:
    """Return the engine's query: the desk's own media, newest passages first."""
    matched = {"range": {"match_count": {"gte": 1}}}
    by_outlet = {
        "terms": {"field": "outlet_id", "size": OUTLETS_SHOWN},
        "aggs": {
            "name": _one("outlet_name"),
            "owner": _one("owner_kind"),
            "controlled": _one("controlled_by"),
            "matched": {"filter": matched},
            "unread": {"filter": {"term": {"readable": False}}},
            "unheard": {"filter": {"term": {"heard": "unheard"}}},
        },
    }
    arrived = {"range": {"fetched_at": {"gt": since.isoformat()}}}
    return {
        "query": {
            "bool": {"filter": [*visible_to(principal), {"term": {"country": country}}, arrived]}
        },
        "post_filter": matched,
        "aggs": {
            "outlets": by_outlet,
            "total": {"filter": {"match_all": {}}},
            "languages": {
                "filter": {"term": {"readable": False}},
                "aggs": {"codes": {"terms": {"field": "language", "size": 20}}},
            },
        },
        "sort": [{"event_at": "desc"}, {"item_id": "desc"}],
        "size": PASSAGES_SHOWN,
        "_source": SHOWN,
        "track_total_hits": False,
        "timeout": ENGINE_TIMEOUT,
    }


def build_overview(
    country: str,
    since: datetime,
    response: dict[str, Any],
    outlets: Iterable[MediaOutletHealthChanged],
    *,
    signals: bool,
) -> Overview:
    """Return the page's content; *outlets* are those of the country as they are known now."""
    counted = response["aggregations"]
    news = tuple(_news(bucket) for bucket in counted["outlets"]["buckets"])
    return Overview(
        country=country,
        since=since,
        items=counted["total"]["doc_count"],
        outlets=news,
        passages=tuple(hit(one, signals=signals) for one in response["hits"]["hits"]),
        unread=(*_unread_languages(counted), *_unheard(counted), *_ailing(outlets)),
    )


def unread_lines(overview: Overview) -> list[str]:
    """Return the report's box as the machine would fill it; the officer completes it."""
    return [f"{one.subject}: {one.reason}." for one in overview.unread]


def _one(field: str) -> dict[str, Any]:
    return {"terms": {"field": field, "size": 1}}


def _news(bucket: dict[str, Any]) -> OutletNews:
    return OutletNews(
        outlet_id=bucket["key"],
        name=_first(bucket["name"]) or bucket["key"],
        owner_kind=_first(bucket["owner"]) or "unknown",
        controlled_by=_first(bucket["controlled"]),
        items=bucket["doc_count"],
        matched=bucket["matched"]["doc_count"],
        unread=bucket["unread"]["doc_count"],
    )


def _first(counted: dict[str, Any]) -> str | None:
    return str(counted["buckets"][0]["key"]) if counted["buckets"] else None


def _unread_languages(counted: dict[str, Any]) -> list[Unread]:
    return [
        Unread(f"Items in {one['key']}", f"{one['doc_count']} not read, as no desk reads it here")
        for one in counted["languages"]["codes"]["buckets"]
    ]


def _unheard(counted: dict[str, Any]) -> list[Unread]:
    return [
        Unread(
            _first(one["name"]) or one["key"], f"{one['unheard']['doc_count']} recordings not heard"
        )
        for one in counted["outlets"]["buckets"]
        if one["unheard"]["doc_count"]
    ]


def _ailing(outlets: Iterable[MediaOutletHealthChanged]) -> list[Unread]:
    ordered = sorted(outlets, key=lambda one: one.outlet.name)
    return [
        Unread(one.outlet.name, f"{one.health} since {one.since_at:%-d %b %Y}")
        for one in ordered
        if one.health in AILING
    ]
