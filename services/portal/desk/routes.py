"""A desk's page and its clips, as pages and as JSON."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated
from uuid import uuid4

from fastapi import APIRouter, Depends, Path, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse
from pydantic import BaseModel, ValidationError

from services.portal.accounts.model import ALL_COUNTRIES, DESK_WRITERS, SIGNAL_READERS, Principal
from services.portal.accounts.visibility import may_see
from services.portal.context import Portal, PortalDep, Requires
from services.portal.desk import editing
from services.portal.desk.changes import ClipRequest
from services.portal.desk.clipping import create_clip
from services.portal.desk.desk import blank
from services.portal.desk.model import Clip, Report, report_id
from services.portal.desk.overview import Overview, build_overview, overview_query
from services.portal.desk.week import week_of
from services.portal.indexer.documents import visibility
from services.portal.pages.forms import form_fields
from services.portal.pages.render import render
from services.portal.problems import ProblemError, not_found, sentence
from shared.events import (
    Decision,
    MediaItemAnalysed,
    MediaOutletHealthChanged,
    ReviewRecorded,
    SubjectKind,
)

router = APIRouter()

Officer = Annotated[Principal, Depends(Requires(DESK_WRITERS))]
Country = Annotated[str, Path(pattern=r"^[A-Z]{2}$")]
OTHER_COUNTRY = ProblemError(
    422, "Another desk's item", "This item neither comes from that country nor speaks of it."
)


class Clipped(BaseModel):
    """A passage was taken over."""

    report_id: str
    clip: Clip


@router.get("/desks", response_class=HTMLResponse, include_in_schema=False)
async def desks_page(request: Request, portal: PortalDep, principal: Officer) -> Response:
    """Lead to the only desk, or show those that one may open."""
    mine = [
        code
        for code in portal.vocabulary.countries
        if ALL_COUNTRIES in principal.countries or code in principal.countries
    ]
    if len(mine) == 1:
        return RedirectResponse(f"/desks/{mine[0]}", 303)
    return render(request, "desks.html", {"desks": mine})


@router.get("/desks/{country}", response_class=HTMLResponse, include_in_schema=False)
async def desk_page(
    request: Request, portal: PortalDep, principal: Officer, country: Country
) -> Response:
    """Show what is new since the last visit, and what could not be read."""
    found = await read_overview(portal, principal, country)
    report = await this_week(portal, country)
    clipped = {one.item_id for one in report.clips}
    context = {"overview": found, "report": report, "clipped": clipped}
    return render(request, "desk.html", context)


@router.post("/desks/{country}/clips", response_class=HTMLResponse, include_in_schema=False)
async def clip_form(
    request: Request, portal: PortalDep, principal: Officer, country: Country
) -> Response:
    """Clip a passage and say so where the reader is."""
    fragment = request.headers.get("HX-Request") == "true"
    fields = await form_fields(request)
    context = {"clipped": None, "problem": None, "item_id": fields.get("item_id", "")}
    try:
        asked = ClipRequest.model_validate(fields)
        clipped = await clip_passage(portal, principal, country, asked)
    except ValidationError as error:
        raise ProblemError(422, "Not clipped", sentence(error.errors(), skip=0)) from error
    except ProblemError as problem:
        if not fragment:
            raise
        return render(request, "clip_state.html", context | {"problem": problem}, problem.status)
    if not fragment:
        return RedirectResponse(f"/reports/{clipped.report_id}/draft", 303)
    return render(request, "clip_state.html", context | {"clipped": clipped})


@router.post("/api/v1/desks/{country}/clips", tags=["desk"], status_code=201)
async def clip(
    portal: PortalDep, principal: Officer, country: Country, asked: ClipRequest
) -> Clipped:
    """Take a passage over into this week's report of a desk."""
    return await clip_passage(portal, principal, country, asked)


def check_country(principal: Principal, country: str) -> None:
    """Raise where *country* is not among the person's."""
    if ALL_COUNTRIES not in principal.countries and country not in principal.countries:
        raise not_found("desk")


async def this_week(portal: Portal, country: str) -> Report:
    """Return the desk's report on the present week, blank where nothing is in it yet."""
    week = week_of(portal.clock().date())
    known = await portal.weekly.reports.get(report_id(country, week))
    return known or blank(country, week, portal.vocabulary.report_language(country))


async def read_overview(portal: Portal, principal: Principal, country: str) -> Overview:
    """Return what is new for this person at this desk."""
    check_country(principal, country)
    since = await portal.weekly.visits.since(principal.id, country, portal.clock())
    response = await portal.engine.search("items", overview_query(principal, country, since))
    outlets = await outlets_of(portal, country)
    return build_overview(
        country, since, response, outlets, signals=principal.holds(SIGNAL_READERS)
    )


async def outlets_of(portal: Portal, country: str) -> list[MediaOutletHealthChanged]:
    """Return the outlets of a country as they are known now; a registry has some hundreds."""
    known = [one["fact"] async for one in portal.stores.outlets.all()]
    mine = [fact for fact in known if fact["outlet"]["country"] == country]
    return [MediaOutletHealthChanged.model_validate(one, extra="ignore") for one in mine]


async def clip_passage(
    portal: Portal, principal: Principal, country: str, asked: ClipRequest
) -> Clipped:
    """Clip for the desk's report of this week."""
    check_country(principal, country)
    document = await portal.stores.items.get(asked.item_id)
    if document is None or not may_see(principal, visibility(document)):
        raise not_found("item")
    if country not in visibility(document).countries:
        raise OTHER_COUNTRY
    analysis = MediaItemAnalysed.model_validate(document["analysis"]["fact"], extra="ignore")
    made = create_clip(analysis, asked, principal.id, portal.clock())
    present = await this_week(portal, country)
    report = await portal.weekly.reports.change(present, lambda one: editing.add_clip(one, made))
    if report is not present and report.version != present.version:
        await portal.desk.record_verdict(_clip_event(analysis, principal, portal.clock()))
    return Clipped(report_id=report.report_id, clip=made)


def _clip_event(analysis: MediaItemAnalysed, principal: Principal, now: datetime) -> ReviewRecorded:
    """Return the event by which the other services learn that a person took it for a report."""
    return ReviewRecorded(
        review_id=str(uuid4()),
        subject_kind=SubjectKind.ITEM,
        subject_id=analysis.item.item_id,
        subject_revision=analysis.item.revision,
        actor_id=principal.id,
        actor_role=max(principal.roles & DESK_WRITERS).value,
        decision=Decision.CLIP,
        recorded_at=now,
    )
