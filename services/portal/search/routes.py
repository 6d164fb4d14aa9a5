"""The search: as JSON and as the start page."""

from __future__ import annotations

from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Query, Request, Response
from fastapi.responses import HTMLResponse

from services.portal.accounts.model import EVERYONE, Principal
from services.portal.context import PortalDep, Requires
from services.portal.pages.chart import create_chart
from services.portal.pages.render import render
from services.portal.search.filters import FACETS
from services.portal.search.model import SearchAnswer
from services.portal.search.request import SearchRequest
from services.portal.search.store import search_items

router = APIRouter()

Reader = Annotated[Principal, Depends(Requires(EVERYONE))]
Asked = Annotated[SearchRequest, Query()]


@router.get("/api/v1/search", tags=["search"])
async def search(portal: PortalDep, principal: Reader, asked: Asked) -> SearchAnswer:
    """Find items by words, phrases and filters, with facets and a timeline."""
    return await search_items(portal.engine, principal, asked, portal.clock().date())


@router.get("/", response_class=HTMLResponse, include_in_schema=False)
async def search_page(
    request: Request, portal: PortalDep, principal: Reader, asked: Asked
) -> Response:
    """Show the search with its results."""
    answer = await search_items(portal.engine, principal, asked, portal.clock().date())
    context = {
        "asked": asked,
        "answer": answer,
        "chart": create_chart(answer.timeline.columns),
        "next_page": _link(asked, answer.next),
        "chosen": {facet: [str(one) for one in getattr(asked, facet)] for facet in FACETS},
    }
    return render(request, "search.html", context)


def _link(asked: SearchRequest, cursor: str | None) -> str | None:
    """Return the address of the next page of the same search."""
    if cursor is None:
        return None
    kept = asked.model_dump(mode="json", exclude_defaults=True) | {"cursor": cursor}
    return "/?" + urlencode(kept, doseq=True)
