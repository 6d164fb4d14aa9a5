"""The search: as JSON and as the start page."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request, Response
from fastapi.responses import HTMLResponse

from services.portal.accounts.model import EVERYONE, Principal
from services.portal.context import PortalDep, Requires
from services.portal.pages.chart import create_chart
from services.portal.pages.render import render
from services.portal.pages.share_chart import create_share_chart
from services.portal.search.filters import FACETS, narrowed
from services.portal.search.links import address
from services.portal.search.model import SearchAnswer
from services.portal.search.request import SearchRequest, View
from services.portal.search.store import search_items

router = APIRouter()

Reader = Annotated[Principal, Depends(Requires(EVERYONE))]
Asked = Annotated[SearchRequest, Query()]
# What else can be made of a search.
ELSEWHERE = {
    "compare": "/compare",
    "keep": "/searches",
    "csv": "/api/v1/search.csv",
    "jsonl": "/api/v1/search.jsonl",
    "atom": "/api/v1/search.atom",
    "rss": "/api/v1/search.rss",
}


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
    view = asked.view or (View.SHARE if narrowed(asked) else View.COUNT)
    columns = answer.timeline.columns
    context = {
        "asked": asked,
        "answer": answer,
        "view": view,
        "chart": create_chart(columns),
        "shares": create_share_chart(columns, split=view is View.SPLIT),
        "next_page": address("/", asked, cursor=answer.next) if answer.next else None,
        "views": {one.value: address("/", asked, view=one.value) for one in View},
        "links": {name: address(path, asked) for name, path in ELSEWHERE.items()},
        "chosen": {facet: [str(one) for one in getattr(asked, facet)] for facet in FACETS},
    }
    return render(request, "search.html", context)
