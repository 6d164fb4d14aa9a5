"""The filters of a search and the counts beside them, as the engine's clauses."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from services.portal.search.request import SearchRequest

Clause = dict[str, Any]

# Facet -> the field it counts.
FACETS = {
    "country": "country",
    "outlet": "outlet_id",
    "owner": "owner_kind",
    "language": "language",
    "indicator": "indicators",
    "group": "target_groups",
    "medium": "medium",
    "hallmark": "hallmarks",
    "risk": "risk_factors",
    "place": "places",
    "actor": "actors",
}
FACET_VALUES = 12
# Whom one reads; the other facets say what was found in it.
SOURCES = ("country", "outlet", "owner", "language", "medium")


def facet_filters(request: SearchRequest) -> dict[str, Clause]:
    """Return the filter of each facet in use."""
    filters = {
        facet: {"terms": {field: [str(value) for value in getattr(request, facet)]}}
        for facet, field in FACETS.items()
        if getattr(request, facet)
    }
    if request.indicator and request.group:
        # Both in the same passage, not merely somewhere in the same article.
        pairs = [f"{one}|grp:{group}" for one in request.indicator for group in request.group]
        filters["group"] = {"terms": {"match_keys": pairs}}
    return filters


def source_filters(request: SearchRequest) -> list[Clause]:
    """Return the filters that say whom one reads, without what one looks for."""
    filters = facet_filters(request)
    return [filters[facet] for facet in SOURCES if facet in filters]


def narrowed(request: SearchRequest) -> bool:
    """Tell whether words or findings are looked for, so that a share of what was read has sense."""
    return bool(request.q) or any(
        getattr(request, facet) for facet in FACETS if facet not in SOURCES
    )


def date_filter(request: SearchRequest) -> list[Clause]:
    """Return the filter on event time, by whole UTC days."""
    bounds = {}
    if request.since:
        bounds["gte"] = f"{request.since.isoformat()}T00:00:00Z"
    if request.until:
        bounds["lt"] = f"{(request.until + timedelta(days=1)).isoformat()}T00:00:00Z"
    return [{"range": {"event_at": bounds}}] if bounds else []


def facet_counts(request: SearchRequest) -> dict[str, Clause]:
    """Return an aggregation a facet: its counts heed every filter except its own.

    So a reader sees what adding a second value would bring, not only what is chosen.
    """
    filters = facet_filters(request)
    counts: dict[str, Clause] = {}
    for facet, field in FACETS.items():
        others = [clause for name, clause in filters.items() if name != facet]
        values: Clause = {"terms": {"field": field, "size": FACET_VALUES}}
        if facet == "outlet":
            values["aggs"] = {"name": {"terms": {"field": "outlet_name", "size": 1}}}
        counts[facet] = {"filter": {"bool": {"filter": others}}, "aggs": {"values": values}}
    return counts
