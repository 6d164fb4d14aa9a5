"""From a search request to the engine's query: pure, and the same shape for every request.

Who asks comes first: `visible_to` stands in the query itself, so nothing that the
principal may not see is counted, highlighted or paged through.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from services.portal.accounts.model import Principal
from services.portal.accounts.visibility import visible_to
from services.portal.search.clauses import MARKED_PREFIX, words_clause
from services.portal.search.cursor import decode_cursor
from services.portal.search.filters import date_filter, facet_counts, facet_filters, source_filters
from services.portal.search.request import SearchRequest, Sort
from services.portal.search.timeline import aggregation, period

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
        body["highlight"] = highlight(request.q)
    if request.cursor:
        kinds = [int, str] if _by_time(request) else [float, int, str]
        body["search_after"] = decode_cursor(request.fingerprint, request.cursor, kinds)
    return body


def highlight(words: str) -> dict[str, Any]:
    """Return what to mark of a search's words."""
    return HIGHLIGHT | {"highlight_query": {"bool": {"must": words_clause(words, MARKED_PREFIX)}}}


def build_read_query(request: SearchRequest, principal: Principal, today: date) -> dict[str, Any]:
    """Return the query that counts what was read: the same outlets and days, whatever they said.

    What no desk can read is no part of it, or silence about a thing would seem to grow with it.
    """
    shown = period(request.since, request.until, today)
    read = {"term": {"readable": True}}
    filters = [*visible_to(principal), *date_filter(request), *source_filters(request), read]
    return {
        "query": {"bool": {"filter": filters}},
        "aggs": {"timeline": aggregation(shown, [])},
        "size": 0,
        "track_total_hits": False,
        "timeout": ENGINE_TIMEOUT,
    }


def _by_time(request: SearchRequest) -> bool:
    return request.sort is Sort.NEWEST or (request.sort is Sort.RELEVANCE and not request.q)


def _sort(request: SearchRequest) -> list[dict[str, str]]:
    """Return the order, which ends in the id so that no two results tie."""
    by_time = [{"event_at": "desc"}, {"item_id": "desc"}]
    if _by_time(request):
        return by_time
    first = "_score" if request.sort is Sort.RELEVANCE else "score"
    return [{first: "desc"}, *by_time]
