"""State and private, side by side: one search in two columns, on one scale.

What each class of media says about a thing, how much of what was read of it that is, with
which indicators, and in which words that set it apart from the rest of its own output.
"""

from __future__ import annotations

import asyncio
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from services.portal.accounts.model import SIGNAL_READERS, Principal
from services.portal.accounts.visibility import visible_to
from services.portal.engine import SearchEngine
from services.portal.indexer.analyzers import FIELDS
from services.portal.search.clauses import words_clause
from services.portal.search.filters import date_filter, facet_filters, source_filters
from services.portal.search.model import Hit, hit
from services.portal.search.query import ENGINE_TIMEOUT, SHOWN, highlight
from services.portal.search.request import SearchRequest
from shared.events import OwnerKind

SIDES = (OwnerKind.STATE, OwnerKind.PRIVATE)
ITEMS_SHOWN = 6
TERMS_SHOWN = 12
SAMPLED = 500  # items whose words are weighed
VALUES = 10


class Counted(BaseModel):
    """A value with its number of items."""

    model_config = ConfigDict(frozen=True)

    value: str
    count: int


class Side(BaseModel):
    """What one class of media said."""

    model_config = ConfigDict(frozen=True)

    owner: OwnerKind
    found: int
    read: int = Field(description="Items of these media that were read in the same time.")
    outlets: tuple[Counted, ...]
    indicators: tuple[Counted, ...]
    wording: tuple[str, ...] = Field(
        description="Terms, as the index has them, that set these items apart from all others."
    )
    items: tuple[Hit, ...]


class Comparison(BaseModel):
    """Both sides."""

    model_config = ConfigDict(frozen=True)

    sides: tuple[Side, ...]


async def compare(engine: SearchEngine, principal: Principal, request: SearchRequest) -> Comparison:
    """Return both sides of *request*, whatever kind of owner it names."""
    asked = request.model_copy(update={"owner": (), "cursor": None})
    sides = (_side(engine, principal, asked, owner) for owner in SIDES)
    return Comparison(sides=tuple(await asyncio.gather(*sides)))


def side_query(request: SearchRequest, principal: Principal, owner: OwnerKind) -> dict[str, Any]:
    """Return the engine's query of one side."""
    mine = {"term": {"owner_kind": owner.value}}
    filters = [*visible_to(principal), *date_filter(request), mine]
    filters += facet_filters(request).values()
    body: dict[str, Any] = {
        "query": {"bool": {"filter": filters, "must": words_clause(request.q)}},
        "aggs": {
            "total": {"filter": {"match_all": {}}},
            "outlets": {"terms": {"field": "outlet_name", "size": VALUES}},
            "indicators": {"terms": {"field": "indicators", "size": VALUES}},
            "sample": {"sampler": {"shard_size": SAMPLED}, "aggs": _wording()},
        },
        "sort": [{"event_at": "desc"}, {"item_id": "desc"}],
        "size": ITEMS_SHOWN,
        "_source": SHOWN,
        "track_total_hits": False,
        "timeout": ENGINE_TIMEOUT,
    }
    return body | ({"highlight": highlight(request.q)} if request.q else {})


def read_query(request: SearchRequest, principal: Principal, owner: OwnerKind) -> dict[str, Any]:
    """Return the query that counts what was read of one side, whatever it said."""
    mine = [{"term": {"owner_kind": owner.value}}, {"term": {"readable": True}}]
    filters = [*visible_to(principal), *date_filter(request), *source_filters(request), *mine]
    return {
        "query": {"bool": {"filter": filters}},
        "aggs": {"total": {"filter": {"match_all": {}}}},
        "size": 0,
        "track_total_hits": False,
        "timeout": ENGINE_TIMEOUT,
    }


def _wording() -> dict[str, Any]:
    options = {"size": TERMS_SHOWN, "filter_duplicate_text": True}
    return {
        language: {"significant_text": {"field": f"text_{language}"} | options}
        for language in FIELDS
    }


async def _side(
    engine: SearchEngine, principal: Principal, request: SearchRequest, owner: OwnerKind
) -> Side:
    found, read = await asyncio.gather(
        engine.search("items", side_query(request, principal, owner)),
        engine.search("items", read_query(request, principal, owner)),
    )
    counted = found["aggregations"]
    signals = principal.holds(SIGNAL_READERS)
    return Side(
        owner=owner,
        found=counted["total"]["doc_count"],
        read=read["aggregations"]["total"]["doc_count"],
        outlets=_counted(counted["outlets"]),
        indicators=_counted(counted["indicators"]),
        wording=_terms(counted["sample"]),
        items=tuple(hit(one, signals=signals) for one in found["hits"]["hits"]),
    )


def _counted(aggregation: dict[str, Any]) -> tuple[Counted, ...]:
    return tuple(
        Counted(value=one["key"], count=one["doc_count"]) for one in aggregation["buckets"]
    )


def _terms(sample: dict[str, Any]) -> tuple[str, ...]:
    buckets = [one for language in FIELDS for one in sample[language]["buckets"]]
    best = sorted(buckets, key=lambda one: -one["score"])[:TERMS_SHOWN]
    return tuple(str(one["key"]) for one in best)
