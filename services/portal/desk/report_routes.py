"""Weekly reports: the draft that a desk works on, what was published, and the archive."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Path, Query, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse
from pydantic import BaseModel, ValidationError

from services.portal.accounts.model import DESK_WRITERS, EVERYONE, Principal
from services.portal.context import Portal, PortalDep, Requires
from services.portal.desk.archive import ArchivedReport, ArchiveRequest
from services.portal.desk.changes import CHANGE, Change
from services.portal.desk.desk import blank
from services.portal.desk.documents import DOCX, PDF, as_docx, as_pdf
from services.portal.desk.form import laid_out
from services.portal.desk.model import Edition, Report, ReportState, needs_translation
from services.portal.desk.overview import unread_lines
from services.portal.desk.readiness import obstacles
from services.portal.desk.redaction import redacted
from services.portal.desk.routes import check_country, read_overview
from services.portal.desk.week import parse_week
from services.portal.pages.forms import form_fields
from services.portal.pages.render import render
from services.portal.problems import ProblemError, not_found, sentence

router = APIRouter()

Reader = Annotated[Principal, Depends(Requires(EVERYONE))]
Officer = Annotated[Principal, Depends(Requires(DESK_WRITERS))]
ReportId = Annotated[str, Path(pattern=r"^[A-Z]{2}-\d{4}-W\d{2}$")]
Asked = Annotated[ArchiveRequest, Query()]

# One at a time: setting a page takes a core for a while.
_SETTING = asyncio.Semaphore(1)


class Drafted(BaseModel):
    """A report as its desk sees it, with what still stands against publishing it."""

    report: Report
    obstacles: tuple[str, ...]


class Weeks(BaseModel):
    """Published weeks."""

    reports: tuple[ArchivedReport, ...]


@router.get("/reports", response_class=HTMLResponse, include_in_schema=False)
async def archive_page(
    request: Request, portal: PortalDep, principal: Reader, asked: Asked
) -> Response:
    """Show the archive of weeks."""
    found = await portal.archive.search(principal, asked)
    return render(request, "reports.html", {"reports": found, "asked": asked})


@router.get("/api/v1/reports", tags=["desk"])
async def search_archive(portal: PortalDep, principal: Reader, asked: Asked) -> Weeks:
    """List published weeks, newest first; words search their entries and translations."""
    return Weeks(reports=tuple(await portal.archive.search(principal, asked)))


@router.get("/api/v1/reports/{report_id}", tags=["desk"])
async def show_report(portal: PortalDep, principal: Reader, report_id: ReportId) -> Edition:
    """Return the last published edition."""
    return (await read_published(portal, principal, report_id))[1]


@router.get("/reports/{report_id}", response_class=HTMLResponse, include_in_schema=False)
async def report_page(
    request: Request, portal: PortalDep, principal: Reader, report_id: ReportId
) -> Response:
    """Show the last published edition."""
    report, edition = await read_published(portal, principal, report_id)
    return render(request, "report.html", body(report, edition))


@router.get("/reports/{report_id}/report.pdf", tags=["desk"], response_class=Response)
async def report_pdf(
    request: Request, portal: PortalDep, principal: Reader, report_id: ReportId
) -> Response:
    """Return the last published edition as PDF."""
    report, edition = await read_published(portal, principal, report_id)
    async with _SETTING:
        context = body(report, edition)
        made = await asyncio.to_thread(as_pdf, request.app.state.templates, context)
    return download(made, PDF, f"{report_id}.pdf")


@router.get("/reports/{report_id}/report.docx", tags=["desk"], response_class=Response)
async def report_docx(portal: PortalDep, principal: Reader, report_id: ReportId) -> Response:
    """Return the last published edition as DOCX."""
    report, edition = await read_published(portal, principal, report_id)
    name = portal.vocabulary.country(report.country)
    async with _SETTING:
        made = await asyncio.to_thread(as_docx, report, edition, name)
    return download(made, DOCX, f"{report_id}.docx")


@router.get("/api/v1/reports/{report_id}/draft", tags=["desk"])
async def show_draft(portal: PortalDep, principal: Officer, report_id: ReportId) -> Drafted:
    """Return a report as its desk works on it."""
    return await drafted(portal, await read_draft(portal, principal, report_id))


@router.post("/api/v1/reports/{report_id}/changes", tags=["desk"])
async def change_report(
    portal: PortalDep, principal: Officer, report_id: ReportId, asked: Change
) -> Drafted:
    """Change a draft, hand it in, give it back, publish it or begin a correction."""
    report = await read_draft(portal, principal, report_id)
    return await drafted(portal, await carry_out(portal, report, asked, principal))


@router.get("/reports/{report_id}/draft", response_class=HTMLResponse, include_in_schema=False)
async def draft_page(
    request: Request, portal: PortalDep, principal: Officer, report_id: ReportId
) -> Response:
    """Show the draft with everything that can be done to it."""
    report = await read_draft(portal, principal, report_id)
    return await _draft(request, portal, principal, report, None)


@router.post("/reports/{report_id}/changes", response_class=HTMLResponse, include_in_schema=False)
async def change_form(
    request: Request, portal: PortalDep, principal: Officer, report_id: ReportId
) -> Response:
    """Make one change from the page, and show the draft as it then is."""
    report = await read_draft(portal, principal, report_id)
    fields = await form_fields(request)
    said: ProblemError | str = "Saved."
    try:
        report = await carry_out(portal, report, CHANGE.validate_python(fields), principal)
    except ValidationError as error:
        said = ProblemError(422, "Not saved", sentence(error.errors(), skip=1))
    except ProblemError as problem:
        said = problem
    if request.headers.get("HX-Request") != "true" and isinstance(said, str):
        return RedirectResponse(f"/reports/{report_id}/draft", 303)
    return await _draft(request, portal, principal, report, said)


async def read_draft(portal: Portal, principal: Principal, report_id: str) -> Report:
    """Return the report, blank where nothing is in it yet."""
    country, _, name = report_id.partition("-")
    check_country(principal, country)
    week = parse_week(name)
    if week is None or country not in portal.vocabulary.countries:
        raise not_found("report")
    known = await portal.weekly.reports.get(report_id)
    return known or blank(country, week, portal.vocabulary.report_language(country))


async def read_published(
    portal: Portal, principal: Principal, report_id: str
) -> tuple[Report, Edition]:
    """Return the report with its last edition, less what was removed since."""
    check_country(principal, report_id[:2])
    report = await portal.weekly.read(report_id)
    if report.published is None:
        raise not_found("report")
    return report, redacted(report.published, await portal.weekly.gone(report))


async def carry_out(portal: Portal, report: Report, asked: Change, principal: Principal) -> Report:
    """Bring the change in; a publication is put into the archive at once where that can be."""
    await portal.audit.record(principal.id, f"report_{asked.change}", report.report_id)
    changed = await portal.weekly.change(report, asked, principal)
    if changed.state is ReportState.PUBLISHED:
        portal.archive.wake()
    return changed


async def drafted(portal: Portal, report: Report) -> Drafted:
    """Return the draft with what stands against it."""
    found = obstacles(report, await portal.weekly.gone(report))
    return Drafted(report=report, obstacles=found)


def body(report: Report, edition: Edition) -> dict[str, Any]:
    """Return what the page and the PDF show."""
    topics = laid_out(edition.topics, edition.clips)
    return {"report": report, "edition": edition, "topics": topics}


def download(content: bytes, media_type: str, name: str) -> Response:
    """Return a file to keep."""
    headers: Mapping[str, str] = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(content, media_type=media_type, headers=headers)


async def _draft(
    request: Request,
    portal: Portal,
    principal: Principal,
    report: Report,
    said: ProblemError | str | None,
) -> Response:
    fragment = request.headers.get("HX-Request") == "true"
    suggested: list[str] = []
    if not report.not_read:
        suggested = unread_lines(await read_overview(portal, principal, report.country))
    context = {
        "report": report,
        "topics": laid_out(report.topics, report.clips),
        "obstacles": obstacles(report, await portal.weekly.gone(report)),
        "suggested": suggested,
        "foreign": {one.clip_id for one in report.clips if needs_translation(one, report.language)},
        "said": said,
    }
    template = "report_draft_body.html" if fragment else "report_draft.html"
    return render(request, template, context, getattr(said, "status", 200))
