"""The triage queue: what the machine is least sure of first, and some of what it passed over.

One item in ten is drawn at random from those in which nothing matched. Without it nobody
would ever learn what is missed; with it the misses can be estimated.
"""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta
from typing import Any

from services.portal.accounts.model import Principal
from services.portal.accounts.visibility import visible_to
from services.portal.engine import SearchEngine
from services.portal.search.query import ENGINE_TIMEOUT

PASSED_OVER_SHARE = 10  # one in so many
LOOKS_BACK = timedelta(days=14)
# The score at which right and wrong are about as likely; the nearest to it teach most.
UNSURE_FROM, UNSURE_TO = 0.35, 0.75
AHEAD = 25


async def draw(engine: SearchEngine, principal: Principal, now: datetime, skip: str) -> str | None:
    """Return the id of the next item to judge, other than *skip*; None where nothing waits."""
    passed_over = secrets.randbelow(PASSED_OVER_SHARE) == 0
    first, second = queue_query, random_query
    for build in (second, first) if passed_over else (first, second):
        found = (await engine.search("items", build(principal, now)))["hits"]["hits"]
        ids = [one["_source"]["item_id"] for one in found]
        waiting = [one for one in ids if one != skip]
        if waiting:
            return str(waiting[0])
    return None


def queue_query(principal: Principal, now: datetime) -> dict[str, Any]:
    """Return the engine's query for items with matches: the unsure, then by their score."""
    unsure = {"range": {"score": {"gte": UNSURE_FROM, "lte": UNSURE_TO}}}
    return _query(
        principal,
        now,
        {"range": {"match_count": {"gte": 1}}},
        should=[{"constant_score": {"filter": unsure, "boost": 10}}],
        sort=[{"_score": "desc"}, {"score": "desc"}, {"item_id": "desc"}],
    )


def random_query(principal: Principal, now: datetime) -> dict[str, Any]:
    """Return the engine's query for items that were read and in which nothing matched.

    Ids are hashes: going on from a random place among them is drawing at random.
    """
    passed_over = {"bool": {"filter": [{"term": {"match_count": 0}}, {"term": {"readable": True}}]}}
    body = _query(principal, now, passed_over, should=[], sort=[{"item_id": "asc"}])
    return body | {"search_after": [secrets.token_hex(16)]}


def _query(
    principal: Principal,
    now: datetime,
    which: dict[str, Any],
    should: list[dict[str, Any]],
    sort: list[dict[str, str]],
) -> dict[str, Any]:
    recent = {"range": {"event_at": {"gte": (now - LOOKS_BACK).isoformat()}}}
    unjudged = {"term": {"verdict": "none"}}
    filters = [*visible_to(principal), recent, unjudged, which]
    return {
        "query": {"bool": {"filter": filters, "should": should}},
        "sort": sort,
        "size": AHEAD,
        "_source": ["item_id"],
        "track_total_hits": False,
        "timeout": ENGINE_TIMEOUT,
    }
