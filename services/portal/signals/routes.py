"""Signals as JSON and as pages, and the decisions that people take on them."""

from __future__ import annotations

from typing import Annotated
from uuid import uuid4

from fastapi import APIRouter, Depends, Path, Query, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse
from pydantic import BaseModel, ValidationError

from services.portal.accounts.model import REVIEWERS, SIGNAL_READERS, Principal
from services.portal.context import Portal, PortalDep, Requires
from services.portal.pages.forms import form_fields
from services.portal.pages.render import render
from services.portal.problems import ProblemError, sentence
from services.portal.signals.listing import ListRequest, SignalList, list_signals, next_link
from services.portal.signals.panel import Panel, create_panel
from services.portal.signals.reviews import ReviewRequest, create_review
from services.portal.signals.store import marked_quotes, outlet_names, read_signal
from shared.events import SignalRevised, SignalStatus

router = APIRouter()

Reader = Annotated[Principal, Depends(Requires(SIGNAL_READERS))]
Reviewer = Annotated[Principal, Depends(Requires(REVIEWERS))]
SignalId = Annotated[str, Path(max_length=200)]
Listed = Annotated[ListRequest, Query()]


class Accepted(BaseModel):
    """A review was taken in; what follows from it shows in the signal's next revision."""

    review_id: str


@router.get("/api/v1/signals", tags=["signals"])
async def show_signals(portal: PortalDep, principal: Reader, listed: Listed) -> SignalList:
    """List signals, the most recently raised first."""
    return await list_signals(portal.engine, "signals", principal, listed)


@router.get("/api/v1/signals/{signal_id}", tags=["signals"])
async def show_signal(portal: PortalDep, principal: Reader, signal_id: SignalId) -> SignalRevised:
    """Return a signal with its evidence and baseline."""
    return await read_signal(portal.stores.signals, principal, signal_id)


@router.post("/api/v1/signals/{signal_id}/reviews", tags=["signals"], status_code=202)
async def review(
    portal: PortalDep, principal: Reviewer, signal_id: SignalId, asked: ReviewRequest
) -> Accepted:
    """Record a decision. A release needs `approve_release` from two independent editors."""
    await _record(portal, principal, signal_id, asked)
    return Accepted(review_id=str(asked.review_id))


@router.get("/signals", response_class=HTMLResponse, include_in_schema=False)
async def signals_page(
    request: Request, portal: PortalDep, principal: Reader, listed: Listed
) -> Response:
    """Show the list."""
    found = await list_signals(portal.engine, "signals", principal, listed)
    return render(
        request,
        "signals.html",
        {
            "found": found,
            "next_page": next_link("/signals", listed, found.next),
            "listed": listed,
            "statuses": [s for s in SignalStatus if s != "unknown"],
        },
    )


@router.get("/signals/{signal_id}", response_class=HTMLResponse, include_in_schema=False)
async def signal_page(
    request: Request, portal: PortalDep, principal: Reader, signal_id: SignalId
) -> Response:
    """Show a signal with its evidence and the two-key panel."""
    panel = await _panel(portal, principal, signal_id)
    return await _page(request, portal, panel)


@router.post("/signals/{signal_id}/reviews", response_class=HTMLResponse, include_in_schema=False)
async def review_form(
    request: Request,
    portal: PortalDep,
    principal: Reviewer,
    signal_id: SignalId,
) -> Response:
    """Record a decision from the panel, and show the panel as it then is."""
    said: ProblemError | str = "Recorded. The signal follows within seconds."
    fields = await form_fields(request)
    try:
        await _record(portal, principal, signal_id, ReviewRequest.model_validate(fields))
    except ValidationError as error:
        said = ProblemError(422, "Not recorded", sentence(error.errors(), skip=0))
    except ProblemError as problem:
        said = problem
    if request.headers.get("HX-Request") != "true" and isinstance(said, str):
        return RedirectResponse(f"/signals/{signal_id}", 303)
    panel = await _panel(portal, principal, signal_id)
    if request.headers.get("HX-Request") != "true":
        return await _page(request, portal, panel, said)
    context = {"panel": panel, "said": said, "review_id": uuid4()}
    return render(request, "review_panel.html", context, getattr(said, "status", 200))


async def _record(
    portal: Portal, principal: Principal, signal_id: str, asked: ReviewRequest
) -> None:
    signal = await read_signal(portal.stores.signals, principal, signal_id)
    event = create_review(signal_id, asked, principal, portal.clock())
    await portal.audit.record(principal.id, f"review_{asked.decision}", signal_id)
    await portal.desk.record(event, signal)


async def _panel(portal: Portal, principal: Principal, signal_id: str) -> Panel:
    signal = await read_signal(portal.stores.signals, principal, signal_id)
    recorded = await portal.desk.recorded(signal_id)
    names = await portal.accounts.named(one.actor_id for one in recorded.values())
    return create_panel(signal, recorded, names, principal)


async def _page(
    request: Request, portal: Portal, panel: Panel, said: ProblemError | str | None = None
) -> Response:
    outlets = (one.outlet_id for one in panel.signal.evidence)
    context = {
        "panel": panel,
        "said": said,
        "review_id": uuid4(),
        "outlets": await outlet_names(portal.stores.outlets, outlets),
        "quotes": await marked_quotes(portal.stores.items, panel.signal),
    }
    return render(request, "signal.html", context, getattr(said, "status", 200))
