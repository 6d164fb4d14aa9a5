"""A country's page and an outlet's page, for everyone with an account who may see the country."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Path, Request, Response
from fastapi.responses import HTMLResponse

from services.portal.accounts.model import EVERYONE, SIGNAL_READERS, Principal
from services.portal.context import PortalDep, Requires
from services.portal.desk.archive import ArchiveRequest
from services.portal.desk.country import build_country, country_query
from services.portal.desk.routes import Country, check_country, outlets_of
from services.portal.pages.render import render
from services.portal.pages.share_chart import create_share_chart
from services.portal.problems import not_found
from services.portal.signals.listing import ListRequest, SignalSummary, list_signals
from shared.events import MediaOutletHealthChanged

router = APIRouter()

Reader = Annotated[Principal, Depends(Requires(EVERYONE))]
OutletId = Annotated[str, Path(max_length=200)]
NEWEST = 5


@router.get("/countries/{country}", response_class=HTMLResponse, include_in_schema=False)
async def country_page(
    request: Request, portal: PortalDep, principal: Reader, country: Country
) -> Response:
    """Show four weeks of a country's media, its outlets, alerts, signals and reports."""
    check_country(principal, country)
    now = portal.clock()
    response = await portal.engine.search("items", country_query(principal, country, now))
    page = build_country(country, now, response, await outlets_of(portal, country))
    listed = ListRequest(country=(country,), size=NEWEST)
    alerts = await list_signals(portal.engine, "alerts", principal, listed)
    signals: tuple[SignalSummary, ...] = ()
    if principal.holds(SIGNAL_READERS):
        signals = (await list_signals(portal.engine, "signals", principal, listed)).signals
    asked = ArchiveRequest(country=country, size=NEWEST)
    context = {
        "page": page,
        "shares": create_share_chart(page.columns, split=True),
        "alerts": alerts.signals,
        "signals": signals,
        "reports": await portal.archive.search(principal, asked),
    }
    return render(request, "country.html", context)


@router.get("/outlets/{outlet_id}", response_class=HTMLResponse, include_in_schema=False)
async def outlet_page(
    request: Request, portal: PortalDep, principal: Reader, outlet_id: OutletId
) -> Response:
    """Show what is known of an outlet, how it does, and four weeks of what was read of it."""
    document = await portal.stores.outlets.get(outlet_id)
    if document is None:
        raise not_found("outlet")
    state = MediaOutletHealthChanged.model_validate(document["fact"], extra="ignore")
    country = state.outlet.country
    check_country(principal, country)
    now = portal.clock()
    query = country_query(principal, country, now, outlet_id)
    page = build_country(country, now, await portal.engine.search("items", query), [state])
    shares = create_share_chart(page.columns, split=False)
    context = {"page": page, "row": page.outlets[0], "state": state, "shares": shares}
    return render(request, "outlet.html", context)
