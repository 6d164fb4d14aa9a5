"""One item: as JSON and as a page."""

from __future__ import annotations

import asyncio
from typing import Annotated
from uuid import uuid4

from fastapi import APIRouter, Depends, Path, Request, Response
from fastapi.responses import HTMLResponse

from services.portal.accounts.model import EVERYONE, Principal
from services.portal.context import PortalDep, Requires
from services.portal.items.marks import stretches
from services.portal.items.model import ItemAnswer
from services.portal.items.revisions import compared
from services.portal.items.store import read_item
from services.portal.pages.render import render
from shared.events import TextField

router = APIRouter()

Reader = Annotated[Principal, Depends(Requires(EVERYONE))]
ItemId = Annotated[str, Path(max_length=200)]


@router.get("/api/v1/items/{item_id}", tags=["items"])
async def show_item(portal: PortalDep, principal: Reader, item_id: ItemId) -> ItemAnswer:
    """Return an item with its text, matched passages, provenance and captures."""
    return await read_item(portal, principal, item_id)


@router.get("/items/{item_id}", response_class=HTMLResponse, include_in_schema=False)
async def item_page(
    request: Request, portal: PortalDep, principal: Reader, item_id: ItemId
) -> Response:
    """Show an item with its passages marked."""
    answer = await read_item(portal, principal, item_id)
    item = answer.analysis.item
    context = {
        "answer": answer,
        "item": item,
        "title": stretches(item.title or "", TextField.TITLE, answer.matches),
        "review_id": uuid4(),
        "revisions": await asyncio.to_thread(compared, answer),
        "text": stretches(item.text, TextField.TEXT, answer.matches),
    }
    return render(request, "item.html", context)
