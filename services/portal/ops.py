"""The routes by which operators and Prometheus see the portal, as every service has them."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Response
from fastapi.responses import JSONResponse
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from services.portal.context import PortalDep
from services.portal.signals.desk import OUTBOX

router = APIRouter(include_in_schema=False)

# Requests are served without them: decisions are kept, and published when Kafka is back.
LATER = frozenset({"kafka", OUTBOX})


@router.get("/livez")
async def live() -> dict[str, bool]:
    """Answer that the process runs."""
    return {"live": True}


@router.get("/readyz")
async def ready(portal: PortalDep) -> JSONResponse:
    """Answer whether requests can be served: 200 or 503."""
    needed = (one for name, one in portal.health.conditions.items() if name not in LATER)
    is_ready = all(one.state == "ok" for one in needed)
    return JSONResponse({"ready": is_ready}, 200 if is_ready else 503)


@router.get("/healthz")
async def health(portal: PortalDep) -> dict[str, Any]:
    """Answer what waits for what."""
    return portal.health.snapshot()


@router.get("/metrics")
async def metrics() -> Response:
    """Answer with every metric in Prometheus' text format."""
    return Response(generate_latest(), headers={"Content-Type": CONTENT_TYPE_LATEST})
