"""The routes by which operators and Prometheus see a process.

/livez    the process answers
/readyz   200 when nothing it needs is away, else 503
/healthz  as JSON, whatever keeps the process waiting, with the reason
/metrics  Prometheus
"""

from __future__ import annotations

from aiohttp import web
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from shared.health import Health

HEALTH: web.AppKey[Health] = web.AppKey("health", Health)


async def live(_request: web.Request) -> web.Response:
    """Answer that the process runs."""
    return web.json_response({"live": True})


async def ready(request: web.Request) -> web.Response:
    """Answer whether work can be accepted."""
    health = request.app[HEALTH]
    return web.json_response({"ready": health.ready}, status=200 if health.ready else 503)


async def healthz(request: web.Request) -> web.Response:
    """Answer with every condition; a process that waits is alive."""
    return web.json_response(request.app[HEALTH].snapshot())


async def metrics(_request: web.Request) -> web.Response:
    """Answer with every metric in Prometheus' text format."""
    return web.Response(body=generate_latest(), headers={"Content-Type": CONTENT_TYPE_LATEST})


async def start_ops(health: Health, host: str, port: int) -> web.AppRunner:
    """Serve the routes; `cleanup()` of what is returned stops them."""
    app = web.Application()
    app[HEALTH] = health
    app.add_routes(
        [
            web.get("/livez", live),
            web.get("/readyz", ready),
            web.get("/healthz", healthz),
            web.get("/metrics", metrics),
        ]
    )
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, host, port).start()
    return runner
