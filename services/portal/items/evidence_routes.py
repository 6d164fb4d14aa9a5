"""The evidence of an item: verified on demand, and its raw bytes for whoever examines it."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Path, Request, Response
from fastapi.responses import HTMLResponse

from services.portal.accounts.model import EVERYONE, SIGNAL_READERS, Principal
from services.portal.context import Portal, PortalDep, Requires
from services.portal.items.evidence import Evidence, read_capture, verify
from services.portal.items.store import read_item
from services.portal.pages.render import render
from services.portal.problems import not_found
from shared.captures import CaptureError, CaptureStore

router = APIRouter()

Reader = Annotated[Principal, Depends(Requires(EVERYONE))]
Examiner = Annotated[Principal, Depends(Requires(SIGNAL_READERS))]
ItemId = Annotated[str, Path(max_length=200)]
CaptureId = Annotated[str, Path(max_length=100)]


@router.get("/api/v1/items/{item_id}/evidence", tags=["items"])
async def show_evidence(portal: PortalDep, principal: Reader, item_id: ItemId) -> Evidence:
    """Read the raw captures of an item anew and compare them with the hashes in its event."""
    return await _evidence(portal, principal, item_id)


@router.get("/items/{item_id}/evidence", response_class=HTMLResponse, include_in_schema=False)
async def evidence_page(
    request: Request, portal: PortalDep, principal: Reader, item_id: ItemId
) -> Response:
    """Say of each capture whether it is intact."""
    found = await _evidence(portal, principal, item_id)
    fragment = request.headers.get("HX-Request") == "true"
    return render(request, "evidence_part.html" if fragment else "evidence.html", {"found": found})


@router.get(
    "/api/v1/items/{item_id}/captures/{capture_id}", tags=["items"], response_class=Response
)
async def show_capture(
    portal: PortalDep, principal: Examiner, item_id: ItemId, capture_id: CaptureId
) -> Response:
    """Return the bytes as the outlet sent them, to be kept and never shown by a browser."""
    item = (await read_item(portal, principal, item_id)).analysis.item
    if capture_id not in {one.capture_id for one in item.captures}:
        raise not_found("capture")
    await portal.audit.record(principal.id, "capture_exported", capture_id)
    try:
        page = await read_capture(CaptureStore(portal.settings.captures_dir), capture_id)
    except CaptureError as error:
        raise not_found("capture") from error
    headers = {
        "Content-Disposition": f'attachment; filename="{capture_id}.bin"',
    }
    return Response(page.raw, media_type="application/octet-stream", headers=headers)


async def _evidence(portal: Portal, principal: Principal, item_id: str) -> Evidence:
    answer = await read_item(portal, principal, item_id)
    store = CaptureStore(portal.settings.captures_dir)
    checked = await verify(store, answer.captures)
    return Evidence(item_id=item_id, checked_at=portal.clock(), captures=checked)
