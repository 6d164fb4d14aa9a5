"""Alerts that were released to everyone, from the public index alone, which a release fills.

The outlets that they quote are called by their names, which are no secret.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.responses import HTMLResponse
from pydantic import BaseModel, ConfigDict

from services.portal.context import Portal, PortalDep
from services.portal.pages.render import render_for_everyone
from services.portal.search.feeds import ATOM_TYPE, Entry, atom
from services.portal.signals.store import outlet_names

router = APIRouter()

SHOWN = 100


class PublicEvidence(BaseModel):
    """A passage as the public may see it."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    outlet_id: str
    outlet_name: str
    owner_kind: str
    event_at: datetime
    url: str | None
    quote: str


class PublicAlert(BaseModel):
    """An alert as the public may see it."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    signal_id: str
    status: str
    severity: str
    urgency: str
    exercise: bool
    country: str
    indicators: tuple[str, ...]
    evidence_count: int
    independent_owners: int
    raised_at: datetime
    revised_at: datetime
    correction_reason: str | None
    evidence: tuple[PublicEvidence, ...]


class PublicAlerts(BaseModel):
    """The newest public alerts."""

    model_config = ConfigDict(frozen=True)

    alerts: tuple[PublicAlert, ...]


@router.get("/api/v1/public/alerts", tags=["public"])
async def show_public_alerts(portal: PortalDep) -> PublicAlerts:
    """List the newest public alerts; needs no account."""
    return await _newest(portal)


@router.get("/public/alerts", response_class=HTMLResponse, include_in_schema=False)
async def public_alerts_page(request: Request, portal: PortalDep) -> Response:
    """Show the newest public alerts."""
    return render_for_everyone(
        request, "public_alerts.html", {"alerts": (await _newest(portal)).alerts}
    )


@router.get("/public/alerts.atom", tags=["public"], response_class=Response)
async def public_alerts_feed(request: Request, portal: PortalDep) -> Response:
    """Return the newest public alerts as an Atom feed; needs no account."""
    origin = f"{request.url.scheme}://{request.url.netloc}"
    vocabulary = portal.vocabulary
    made = alerts_feed((await _newest(portal)).alerts, origin, vocabulary.country, portal.clock())
    return Response(made, media_type=ATOM_TYPE)


def alerts_feed(
    alerts: Sequence[PublicAlert], origin: str, country: Callable[[str], str], now: datetime
) -> bytes:
    """Return the feed; a withdrawn alert stays in it, as withdrawn."""
    address = f"{origin}/public/alerts"
    entries = [
        Entry(
            id=f"urn:tocsin:alert:{one.signal_id}",
            title=f"{country(one.country)}: {one.status}, rated {one.severity} by rule",
            address=f"{address}#{one.signal_id}",
            updated_at=one.revised_at,
            published_at=one.raised_at,
            author="Tocsin",
            summary=_summary(one),
        )
        for one in alerts
    ]
    return atom("Tocsin: public alerts", f"{address}.atom", entries, now)


def _summary(one: PublicAlert) -> str:
    if one.correction_reason:
        return one.correction_reason
    codes = ", ".join(f"UN {code}" for code in one.indicators)
    said = f"{one.evidence_count} passages that may match {codes or 'an indicator'}"
    exercise = "Exercise. " if one.exercise else ""
    return f"{exercise}{said}, in media of {one.independent_owners} independent owners."


def public_query(now: datetime) -> dict[str, Any]:
    """Return the engine's query: released to all, and no embargo any more."""
    under_embargo = {"range": {"embargo_until_at": {"gt": now.isoformat()}}}
    return {
        "query": {"bool": {"filter": [{"term": {"shown": True}}], "must_not": [under_embargo]}},
        "sort": [{"revised_at": "desc"}, {"signal_id": "desc"}],
        "size": SHOWN,
        "timeout": "2s",
    }


async def _newest(portal: Portal) -> PublicAlerts:
    response = await portal.public_engine.search("public-alerts", public_query(portal.clock()))
    stored = [one["_source"]["alert"] for one in response["hits"]["hits"]]
    ids = {piece["outlet_id"] for one in stored for piece in one["evidence"]}
    names = await outlet_names(portal.stores.outlets, ids) if ids else {}
    return PublicAlerts(alerts=tuple(_alert(one, names) for one in stored))


def _alert(stored: dict[str, Any], names: dict[str, str]) -> PublicAlert:
    situation = stored["situation"]
    evidence = [
        piece | {"outlet_name": names.get(piece["outlet_id"], piece["outlet_id"])}
        for piece in stored["evidence"]
    ]
    return PublicAlert(
        **stored
        | {
            "country": situation["country"],
            "indicators": situation["indicators"],
            "evidence": evidence,
        }
    )
