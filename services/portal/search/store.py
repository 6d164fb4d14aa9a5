"""Asks the engine one search for one principal."""

from __future__ import annotations

import asyncio
from datetime import date

from services.portal.accounts.model import SIGNAL_READERS, Principal
from services.portal.engine import SearchEngine
from services.portal.search.answer import build_answer
from services.portal.search.model import SearchAnswer
from services.portal.search.query import build_query, build_read_query
from services.portal.search.request import SearchRequest


async def search_items(
    engine: SearchEngine, principal: Principal, request: SearchRequest, today: date
) -> SearchAnswer:
    """Return one page of what *principal* may see."""
    response, read = await asyncio.gather(
        engine.search("items", build_query(request, principal, today)),
        engine.search("items", build_read_query(request, principal, today)),
    )
    return build_answer(request, response, read, today, signals=principal.holds(SIGNAL_READERS))
