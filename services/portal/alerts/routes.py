"""Released signals, for everyone with an account: as JSON and as a page."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Path, Query, Request, Response
from fastapi.responses import HTMLResponse

from services.portal.accounts.model import EVERYONE, Principal
from services.portal.context import PortalDep, Requires
from services.portal.pages.render import render
from services.portal.signals.listing import ListRequest, SignalList, list_signals, next_link
from services.portal.signals.store import marked_quotes, outlet_names, read_signal
from shared.events import SignalRevised, SignalStatus

router = APIRouter()

RELEASED = (
    SignalStatus.RELEASED,
    SignalStatus.UPDATED,
    SignalStatus.CORRECTED,
    SignalStatus.WITHDRAWN,
    SignalStatus.CLOSED,
)

Reader = Annotated[Principal, Depends(Requires(EVERYONE))]
Listed = Annotated[ListRequest, Query()]
AlertId = Annotated[str, Path(max_length=200)]


@router.get("/api/v1/alerts", tags=["alerts"])
async def show_alerts(portal: PortalDep, principal: Reader, listed: Listed) -> SignalList:
    """List alerts: signals that two people released."""
    return await list_signals(portal.engine, "alerts", principal, _with_withdrawn(listed))


@router.get("/api/v1/alerts/{signal_id}", tags=["alerts"])
async def show_alert(portal: PortalDep, principal: Reader, signal_id: AlertId) -> SignalRevised:
    """Return an alert as it was last released, corrected or withdrawn."""
    return await read_signal(portal.stores.alerts, principal, signal_id)


@router.get("/alerts", response_class=HTMLResponse, include_in_schema=False)
async def alerts_page(
    request: Request, portal: PortalDep, principal: Reader, listed: Listed
) -> Response:
    """Show the list."""
    found = await list_signals(portal.engine, "alerts", principal, _with_withdrawn(listed))
    context = {"found": found, "next_page": next_link("/alerts", listed, found.next)}
    return render(request, "alerts.html", context)


@router.get("/alerts/{signal_id}", response_class=HTMLResponse, include_in_schema=False)
async def alert_page(
    request: Request, portal: PortalDep, principal: Reader, signal_id: AlertId
) -> Response:
    """Show one alert with its evidence."""
    alert = await read_signal(portal.stores.alerts, principal, signal_id)
    ids = (one.outlet_id for one in alert.evidence)
    outlets = await outlet_names(portal.stores.outlets, ids)
    quotes = await marked_quotes(portal.stores.items, alert)
    context = {"signal": alert, "outlets": outlets, "quotes": quotes}
    return render(request, "alert.html", context)


def _with_withdrawn(listed: ListRequest) -> ListRequest:
    """List withdrawn alerts too: whoever was warned must see that the warning is void."""
    return listed if listed.status else listed.model_copy(update={"status": RELEASED})
