"""Triage and verdicts, as pages and as JSON."""

from __future__ import annotations

from typing import Annotated, Any
from uuid import uuid4

from fastapi import APIRouter, Depends, Path, Query, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse
from pydantic import ValidationError

from services.portal.accounts.model import REVIEWERS, Principal
from services.portal.context import Portal, PortalDep, Requires
from services.portal.items.marks import stretches
from services.portal.items.store import read_item
from services.portal.pages.forms import form_fields
from services.portal.pages.render import render
from services.portal.problems import ProblemError, sentence
from services.portal.review.queue import draw
from services.portal.review.verdicts import VerdictRequest, create_verdict
from services.portal.signals.routes import Accepted
from shared.events import MediaItemAnalysed, TextField

router = APIRouter()

Reviewer = Annotated[Principal, Depends(Requires(REVIEWERS))]
ItemId = Annotated[str, Path(max_length=200)]
Seen = Annotated[int, Query(ge=0, le=10_000)]
Skipped = Annotated[str, Query(max_length=200)]

# Reading such texts for long does harm; after so many in a row the page proposes a pause.
IN_A_ROW = 15


@router.post("/api/v1/items/{item_id}/reviews", tags=["items"], status_code=202)
async def review_item(
    portal: PortalDep, principal: Reviewer, item_id: ItemId, asked: VerdictRequest
) -> Accepted:
    """Say whether an item is relevant, and of each match whether it is right."""
    await judge(portal, principal, item_id, asked)
    return Accepted(review_id=str(asked.review_id))


@router.get("/triage", response_class=HTMLResponse, include_in_schema=False)
async def triage_page(
    request: Request,
    portal: PortalDep,
    principal: Reviewer,
    seen: Seen = 0,
    skip: Skipped = "",
) -> Response:
    """Show the next item to judge, or a pause."""
    if seen and seen % IN_A_ROW == 0 and "go_on" not in request.query_params:
        return render(request, "triage_pause.html", {"seen": seen})
    item_id = await draw(portal.engine, principal, portal.clock(), skip)
    if item_id is None:
        return render(request, "triage_pause.html", {"seen": 0})
    answer = await read_item(portal, principal, item_id)
    item = answer.analysis.item
    context = {
        "answer": answer,
        "item": item,
        "title": stretches(item.title or "", TextField.TITLE, answer.matches),
        "text": stretches(item.text, TextField.TEXT, answer.matches),
        "review_id": uuid4(),
        "seen": seen,
    }
    return render(request, "triage.html", context)


@router.post("/items/{item_id}/reviews", response_class=HTMLResponse, include_in_schema=False)
async def review_form(
    request: Request, portal: PortalDep, principal: Reviewer, item_id: ItemId
) -> Response:
    """Record a verdict from its form; in triage the next item follows."""
    fields = await form_fields(request)
    wrong = {str(one) for one in (await request.form()).getlist("wrong")}
    seen, triage = str(fields.pop("seen", "0")), fields.pop("triage", "") == "yes"
    fields.pop("wrong", None)
    analysis = (await read_item(portal, principal, item_id)).analysis
    try:
        asked = VerdictRequest.model_validate(fields | {"corrections": _spans(analysis, wrong)})
    except ValidationError as error:
        raise ProblemError(422, "Not recorded", sentence(error.errors(), skip=0)) from error
    await judge(portal, principal, item_id, asked)
    if triage:
        count = int(seen) + 1 if seen.isdecimal() and len(seen) < 5 else 1  # noqa: PLR2004
        return RedirectResponse(f"/triage?seen={count}&skip={item_id}", 303)
    return render(request, "verdict_state.html", {"decision": asked.decision, "wrong": len(wrong)})


async def judge(portal: Portal, principal: Principal, item_id: str, asked: VerdictRequest) -> None:
    """Record a verdict; it takes the place of what the same person said before."""
    answer = await read_item(portal, principal, item_id)
    mine = [one for one in answer.verdicts if one.actor_id == principal.id]
    before = max(mine, key=lambda one: one.recorded_at).review_id if mine else None
    event = create_verdict(answer.analysis, asked, principal, before, portal.clock())
    await portal.audit.record(principal.id, f"verdict_{asked.decision}", item_id)
    await portal.desk.record_verdict(event)


def _spans(analysis: MediaItemAnalysed, wrong: set[str]) -> list[dict[str, Any]]:
    """Return a verdict on every match: what was not marked wrong was seen and left standing."""
    return [
        {"match_id": one.match_id, "correct": one.match_id not in wrong}
        for one in analysis.matches[:100]
    ]
