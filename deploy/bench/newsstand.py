"""Serves the benchmark's pages on the outlets' addresses; first a warm-up, then all on a signal.

Run as `python -m deploy.bench.newsstand`. Everything is rendered before it listens, so that it
costs little while the pipeline is measured.
"""

import asyncio
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Annotated, Any
from xml.sax.saxutils import escape

import typer
from aiohttp import web

from deploy.bench.pages import Kind, Page, read_pages
from deploy.demo.press import PRESS, Outlet
from deploy.demo.serving import asked, serve

HALF_HOUR = timedelta(minutes=30)
SPREAD = 96  # dates lie over two days, as those of a newsroom's list do


@dataclass(slots=True)
class Stand:
    """What is served; `open` tells whether the measured part is listed already."""

    warm: Sequence[Page]
    measured: Sequence[Page]
    open: bool = False
    opened_at: float | None = None
    first_at: float | None = None
    bodies: dict[tuple[str, str], bytes] = field(default_factory=dict)
    feeds: dict[tuple[str, bool], bytes] = field(default_factory=dict)
    asked: set[tuple[str, str]] = field(default_factory=set)

    def fill(self, port: int) -> None:
        """Render every answer."""
        everything = [*self.warm, *self.measured]
        self.bodies = {(page.outlet.address, page.path): page.body for page in everything}
        for outlet in PRESS:
            self.feeds[outlet.address, False] = render(outlet, self.warm, port)
            self.feeds[outlet.address, True] = render(outlet, everything, port)


STAND = web.AppKey("stand", Stand)


def render(outlet: Outlet, pages: Iterable[Page], port: int) -> bytes:
    """Return an RSS feed of the pages of *outlet*."""
    now = datetime.now(UTC)
    items = "".join(
        f"<item><title>{escape(page.path)}</title><link>{outlet.url(port, page.path)}</link>"
        f"<pubDate>{format_datetime(now - place % SPREAD * HALF_HOUR)}</pubDate></item>"
        for place, page in enumerate(pages)
        if page.outlet == outlet
    )
    head = f"<title>{escape(outlet.name)}</title><link>{outlet.url(port, '/')}</link>"
    return f'<rss version="2.0"><channel>{head}{items}</channel></rss>'.encode()


async def feed(request: web.Request) -> web.Response:
    """Answer with the outlet's list as it is now."""
    stand = request.app[STAND]
    body = stand.feeds[asked(request)[0].address, stand.open]
    return web.Response(body=body, content_type="application/rss+xml")


async def page(request: web.Request) -> web.Response:
    """Answer with a page."""
    stand, key = request.app[STAND], (asked(request)[0].address, request.path)
    if key not in stand.bodies:
        raise web.HTTPNotFound
    if stand.open and stand.first_at is None:
        stand.first_at = time.time()
    stand.asked.add(key)
    return web.Response(body=stand.bodies[key], content_type="text/html", charset="utf-8")


async def open_(request: web.Request) -> web.Response:
    """List the measured part from now on."""
    stand = request.app[STAND]
    stand.open, stand.opened_at = True, time.time()
    return web.json_response({})


async def state(request: web.Request) -> web.Response:
    """Tell how far the readers are."""
    stand = request.app[STAND]
    return web.json_response({"asked": len(stand.asked), "first_at": stand.first_at})


def applications(stand: Stand) -> tuple[web.Application, web.Application]:
    """Return the outlets' application and the control's."""
    outlets, control = web.Application(), web.Application()
    outlets[STAND] = control[STAND] = stand
    outlets.router.add_get("/feed.xml", feed)
    outlets.router.add_get("/{path:.+}", page)
    control.router.add_post("/open", open_)
    control.router.add_get("/counts", state)
    return outlets, control


def main(
    kind: Annotated[Any, typer.Option()],
    port: Annotated[int, typer.Option()],
    control_port: Annotated[int, typer.Option()],
    warm: Annotated[int, typer.Option()],
    measured: Annotated[int, typer.Option()],
) -> None:
    """Serve the benchmark's pages until stopped."""
    chosen: Kind = kind
    stand = Stand(list(read_pages(chosen, 0, warm)), list(read_pages(chosen, warm, measured)))
    stand.fill(port)
    asyncio.run(serve(*applications(stand), port, control_port))


if __name__ == "__main__":
    typer.run(main)
