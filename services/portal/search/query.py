"""From a search request to the engine's query: pure, and the same shape for every request.

Who asks comes first: `visible_to` stands in the query itself, so nothing that the
principal may not see is counted, highlighted or paged through.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from services.portal.accounts.model import Principal
from services.portal.accounts.visibility import visible_to
from services.portal.indexer.analyzers import FIELDS
from services.portal.search.cursor import decode_cursor
from services.portal.search.filters import date_filter, facet_counts, facet_filters
from services.portal.search.request import SearchRequest, Sort
from services.portal.search.timeline import aggregation, period

TEXT_FIELDS = [f"{part}_{language}" for language in FIELDS for part in ("title", "text")]
WEIGHTED_FIELDS = [f"title_{language}^2" for language in FIELDS] + [
    f"text_{language}" for language in FIELDS
]
FLAGS = "PHRASE|WHITESPACE|OR|NOT"
ENGINE_TIMEOUT = "2s"

SHOWN = [
    "item_id", "title", "lead", "url", "passages", "outlet_id", "outlet_name", "country",
    "owner_kind", "controlled_by", "language", "readable", "event_at", "event_at_source",
    "date_disputed", "fetched_at", "heard", "score", "indicators", "target_groups",
    "match_count", "exact_of", "signal_ids", "verdict", "restricted",
]  # fmt: skip

# No number here comes from a user: a large count has stopped engines.
HIGHLIGHT: dict[str, Any] = {
    "encoder": "html",
    "type": "unified",
    "pre_tags": ["<mark>"],
    "post_tags": ["</mark>"],
    "max_analyzed_offset": 200_000,
    "fields": {
        "title_*": {"number_of_fragments": 0},
        "text_*": {"number_of_fragments": 2, "fragment_size": 200},
    },
}


def build_query(request: SearchRequest, principal: Principal, today: date) -> dict[str, Any]:
    """Return the body of the engine's search; InvalidCursorError for a foreign cursor."""
    chosen = list(facet_filters(request).values())
    shown = period(request.since, request.until, today)
    body: dict[str, Any] = {
        "query": {
            "bool": {
                "filter": [*visible_to(principal), *date_filter(request)],
                "must": words_clause(request.q),
            }
        },
        "post_filter": {"bool": {"filter": chosen}},
        "aggs": facet_counts(request)
        | {
            "timeline": aggregation(shown, chosen),
            "total": {"filter": {"bool": {"filter": chosen}}},
        },
        "sort": _sort(request),
        "size": request.size,
        "_source": SHOWN,
        "track_total_hits": False,  # the aggregation "total" counts already
        "timeout": ENGINE_TIMEOUT,
    }
    if request.q:
        body["highlight"] = HIGHLIGHT
    if request.cursor:
        kinds = [float, int, str] if _by_score(request) else [int, str]
        body["search_after"] = decode_cursor(request.fingerprint, request.cursor, kinds)
    return body


def words_clause(words: str) -> list[dict[str, Any]]:
    """Return the clause that finds *words* in every language; all documents where empty."""
    if not words:
        return [{"match_all": {}}]
    return [
        {
            "simple_query_string": {
                "query": words,
                "fields": WEIGHTED_FIELDS,
                "flags": FLAGS,
                "default_operator": "and",
                "analyze_wildcard": False,
            }
        }
    ]


def _by_score(request: SearchRequest) -> bool:
    return request.sort is Sort.RELEVANCE and bool(request.q)


def _sort(request: SearchRequest) -> list[dict[str, str]]:
    """Return the order, which ends in the id so that no two results tie."""
    by_time = [{"event_at": "desc"}, {"item_id": "desc"}]
    return [{"_score": "desc"}, *by_time] if _by_score(request) else by_time
