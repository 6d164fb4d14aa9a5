"""What else is made of a search: a comparison, files to keep, and feeds."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request, Response
from fastapi.responses import HTMLResponse, StreamingResponse

from services.portal.accounts.model import EVERYONE, Principal
from services.portal.context import Portal, PortalDep, Requires
from services.portal.pages.render import render
from services.portal.search.compare import Comparison, compare
from services.portal.search.export import as_csv, as_jsonl, found_pages
from services.portal.search.feeds import ATOM_TYPE, RSS_TYPE, as_atom, as_rss
from services.portal.search.links import address
from services.portal.search.model import Hit
from services.portal.search.request import SearchRequest

router = APIRouter()

Reader = Annotated[Principal, Depends(Requires(EVERYONE))]
Asked = Annotated[SearchRequest, Query()]


@router.get("/api/v1/compare", tags=["search"])
async def comparison(portal: PortalDep, principal: Reader, asked: Asked) -> Comparison:
    """Return state-owned and private media's coverage of the same search."""
    return await compare(portal.engine, principal, asked)


@router.get("/compare", response_class=HTMLResponse, include_in_schema=False)
async def compare_page(
    request: Request, portal: PortalDep, principal: Reader, asked: Asked
) -> Response:
    """Show both columns."""
    found = await compare(portal.engine, principal, asked)
    context = {"asked": asked, "found": found, "back": address("/", asked)}
    return render(request, "compare.html", context)


@router.get("/api/v1/search.csv", tags=["search"], response_class=StreamingResponse)
async def search_csv(portal: PortalDep, principal: Reader, asked: Asked) -> Response:
    """Return the whole result as CSV, up to 100 000 rows."""
    pages = await _begun(portal, principal, asked)
    return _file(as_csv(pages), "text/csv; charset=utf-8", "search.csv")


@router.get("/api/v1/search.jsonl", tags=["search"], response_class=StreamingResponse)
async def search_jsonl(portal: PortalDep, principal: Reader, asked: Asked) -> Response:
    """Return the whole result as one JSON object a line, up to 100 000."""
    pages = await _begun(portal, principal, asked)
    return _file(as_jsonl(pages), "application/jsonl", "search.jsonl")


@router.get("/api/v1/search.atom", tags=["search"], response_class=Response)
async def search_atom(
    request: Request, portal: PortalDep, principal: Reader, asked: Asked
) -> Response:
    """Return the newest results as an Atom feed."""
    hits = await _newest(portal, principal, asked)
    made = as_atom(_title(asked), str(request.url), _origin(request), hits, portal.clock())
    return Response(made, media_type=ATOM_TYPE)


@router.get("/api/v1/search.rss", tags=["search"], response_class=Response)
async def search_rss(
    request: Request, portal: PortalDep, principal: Reader, asked: Asked
) -> Response:
    """Return the newest results as an RSS feed."""
    hits = await _newest(portal, principal, asked)
    made = as_rss(_title(asked), str(request.url), _origin(request), hits)
    return Response(made, media_type=RSS_TYPE)


async def _begun(
    portal: Portal, principal: Principal, asked: SearchRequest
) -> AsyncIterator[list[Hit]]:
    """Return all pages, of which the first was found: what is wrong is answered as an error.

    That something was exported is recorded, never what was searched.
    """
    await portal.audit.record(principal.id, "search_exported")
    pages = found_pages(portal.engine, principal, asked, portal.clock().date())
    first = await anext(pages, None)

    async def every() -> AsyncIterator[list[Hit]]:
        if first is not None:
            yield first
        async for page in pages:
            yield page

    return every()


async def _newest(portal: Portal, principal: Principal, asked: SearchRequest) -> list[Hit]:
    pages = found_pages(portal.engine, principal, asked, portal.clock().date())
    return await anext(pages, [])


def _file(content: AsyncIterator[bytes], media_type: str, name: str) -> Response:
    headers = {"Content-Disposition": f'attachment; filename="tocsin-{name}"'}
    return StreamingResponse(content, media_type=media_type, headers=headers)


def _title(asked: SearchRequest) -> str:
    return f"Tocsin: {asked.q}" if asked.q else "Tocsin: newest items"


def _origin(request: Request) -> str:
    return f"{request.url.scheme}://{request.url.netloc}"
