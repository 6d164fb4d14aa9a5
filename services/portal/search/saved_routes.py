"""Saved searches, as JSON and as a page."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Path, Query, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse
from pydantic import BaseModel, ValidationError

from services.portal.accounts.model import EVERYONE, Principal
from services.portal.context import PortalDep, Requires
from services.portal.pages.forms import form_fields
from services.portal.pages.render import render
from services.portal.problems import ProblemError, sentence
from services.portal.search.links import address
from services.portal.search.request import SearchRequest
from services.portal.search.saved import SavedSearch, SaveRequest

router = APIRouter()

Reader = Annotated[Principal, Depends(Requires(EVERYONE))]
SearchId = Annotated[str, Path(max_length=64)]
Asked = Annotated[SearchRequest, Query()]


class Kept(BaseModel):
    """The searches that one may open."""

    searches: tuple[SavedSearch, ...]


@router.get("/api/v1/searches", tags=["search"])
async def show_searches(portal: PortalDep, principal: Reader) -> Kept:
    """List one's own saved searches and those that are shared."""
    return Kept(searches=tuple(await portal.saved.visible(principal.id)))


@router.post("/api/v1/searches", tags=["search"], status_code=201)
async def save_search(portal: PortalDep, principal: Reader, asked: SaveRequest) -> SavedSearch:
    """Keep a search."""
    return await portal.saved.save(principal.id, asked, portal.clock())


@router.delete("/api/v1/searches/{search_id}", tags=["search"], status_code=204)
async def delete_search(portal: PortalDep, principal: Reader, search_id: SearchId) -> Response:
    """Delete one's own saved search."""
    await portal.saved.delete(search_id, principal.id)
    return Response(status_code=204)


@router.get("/searches", response_class=HTMLResponse, include_in_schema=False)
async def searches_page(
    request: Request, portal: PortalDep, principal: Reader, asked: Asked
) -> Response:
    """Show the saved searches, and a form that keeps the one that led here."""
    kept = await portal.saved.visible(principal.id)
    context = {
        "kept": [(one, address("/", one.search)) for one in kept],
        "asked": asked,
        "asked_json": asked.model_dump_json(exclude_defaults=True),
        "asked_address": address("/", asked),
    }
    return render(request, "searches.html", context)


@router.post("/searches", response_class=HTMLResponse, include_in_schema=False)
async def save_form(request: Request, portal: PortalDep, principal: Reader) -> Response:
    """Keep a search from its form."""
    fields = await form_fields(request)
    try:
        search = SearchRequest.model_validate_json(str(fields.pop("search", "{}")))
        asked = SaveRequest.model_validate(fields | {"search": search})
    except ValidationError as error:
        raise ProblemError(422, "Not kept", sentence(error.errors(), skip=0)) from error
    await portal.saved.save(principal.id, asked, portal.clock())
    return RedirectResponse("/searches", 303)


@router.post("/searches/{search_id}/delete", response_class=HTMLResponse, include_in_schema=False)
async def delete_form(portal: PortalDep, principal: Reader, search_id: SearchId) -> Response:
    """Delete one's own saved search from its form."""
    await portal.saved.delete(search_id, principal.id)
    return RedirectResponse("/searches", 303)
