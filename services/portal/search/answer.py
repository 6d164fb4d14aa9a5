"""From the engine's response to a search's answer: pure."""

from __future__ import annotations

from datetime import date
from typing import Any

from services.portal.search.cursor import encode_cursor
from services.portal.search.filters import FACETS
from services.portal.search.model import (
    FacetValue,
    SearchAnswer,
    Timeline,
    TimelineColumn,
    hit,
)
from services.portal.search.request import SearchRequest
from services.portal.search.timeline import columns, period


def build_answer(
    request: SearchRequest,
    response: dict[str, Any],
    read: dict[str, Any],
    today: date,
    *,
    signals: bool,
) -> SearchAnswer:
    """Return the answer; `next` is set while a full page was found.

    *signals* tells whether the asker may know which items are evidence, and what was said
    of them. No facet counts either of the two.
    """
    found = response["hits"]["hits"]
    counted = response["aggregations"]
    more = len(found) == request.size
    return SearchAnswer(
        total=counted["total"]["doc_count"],
        complete=not response["timed_out"],
        hits=tuple(hit(one, signals=signals) for one in found),
        facets={facet: _values(facet, request, counted[facet]) for facet in FACETS},
        timeline=Timeline(
            step=period(request.since, request.until, today).step,
            columns=_timeline(counted, read["aggregations"]),
        ),
        next=encode_cursor(request.fingerprint, found[-1]["sort"]) if more else None,
    )


def _timeline(counted: dict[str, Any], read: dict[str, Any]) -> tuple[TimelineColumn, ...]:
    """Return the columns, each with what was read on the same days."""
    known = {one.day: one for one in columns(read["timeline"]["columns"]["buckets"])}
    return tuple(
        TimelineColumn(
            day=one.day,
            total=one.total,
            owners=one.owners,
            read=known[one.day].total if one.day in known else 0,
            read_owners=known[one.day].owners if one.day in known else {},
        )
        for one in columns(counted["timeline"]["columns"]["buckets"])
    )


def _values(facet: str, request: SearchRequest, counted: dict[str, Any]) -> tuple[FacetValue, ...]:
    """Return the counts; what was chosen is always among them, so that it can be unchosen."""
    values = [
        FacetValue(value=str(bucket["key"]), label=_label(bucket), count=bucket["doc_count"])
        for bucket in counted["values"]["buckets"]
    ]
    listed = {one.value for one in values}
    chosen = [str(value) for value in getattr(request, facet) if value not in listed]
    return (*values, *(FacetValue(value=one, label=one, count=0) for one in chosen))


def _label(bucket: dict[str, Any]) -> str:
    names = bucket.get("name", {}).get("buckets", [])
    return str(names[0]["key"] if names else bucket["key"])
