"""The audit log for administrators."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request, Response
from fastapi.responses import HTMLResponse
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from services.portal.accounts.model import AUDITORS, Principal
from services.portal.context import Portal, PortalDep, Requires
from services.portal.pages.render import render
from services.portal.search.request import nothing

router = APIRouter()

Auditor = Annotated[Principal, Depends(Requires(AUDITORS))]
Word = Annotated[
    Annotated[str, Field(max_length=300)] | None, BeforeValidator(nothing), Field(None)
]


class AuditRequest(BaseModel):
    """Which entries; without a filter the newest."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    actor_id: Word
    action: Word
    subject: Word


class AuditEntry(BaseModel):
    """One entry."""

    number: int
    at: datetime
    actor_id: str
    action: str
    subject: str
    hash: str


class AuditEntries(BaseModel):
    """Entries, newest first, and the end of the chain, to be written down elsewhere."""

    entries: tuple[AuditEntry, ...]
    head_number: int
    head_hash: str


Asked = Annotated[AuditRequest, Query()]


@router.get("/api/v1/audit", tags=["audit"])
async def show_audit(portal: PortalDep, _principal: Auditor, asked: Asked) -> AuditEntries:
    """Search the audit log."""
    return await _found(portal, asked)


@router.get("/audit", response_class=HTMLResponse, include_in_schema=False)
async def audit_page(
    request: Request, portal: PortalDep, _principal: Auditor, asked: Asked
) -> Response:
    """Show the audit log."""
    found = await _found(portal, asked)
    names = await portal.accounts.named(one.actor_id for one in found.entries)
    context = {"found": found, "asked": asked, "names": names}
    return render(request, "audit.html", context)


async def _found(portal: Portal, asked: AuditRequest) -> AuditEntries:
    entries = await portal.audit.newest(asked.actor_id, asked.action, asked.subject)
    number, last = await portal.audit.head()
    shown = tuple(
        AuditEntry(
            number=one.number,
            at=one.deed.at,
            actor_id=one.deed.actor_id,
            action=one.deed.action,
            subject=one.deed.subject,
            hash=one.hash,
        )
        for one in entries
    )
    return AuditEntries(entries=shown, head_number=number, head_hash=last)
