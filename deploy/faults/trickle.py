"""Serves ever new pages at a steady rate: `python -m deploy.faults.trickle`.

A page's number is the second at which it appeared times the rate, so that the server keeps no
list: what a feed shows is the newest that its readers may not have seen.
"""

import asyncio
import time
from email.utils import formatdate
from typing import Annotated
from xml.sax.saxutils import escape

import typer
from aiohttp import web

from deploy.bench.pages import changed, originals
from deploy.demo.press import PRESS, Outlet
from deploy.demo.serving import asked, serve

SHOWN = 500  # entries of one feed; at one page a second and outlet more than eight minutes


class Trickle:
    """The pages that exist by now, twelve outlets in turn."""

    def __init__(self, per_second: float, port: int) -> None:
        self._bodies = originals("texts")
        self._per_second = per_second
        self._port = port
        self._began = time.time()

    @property
    def released(self) -> int:
        """Count the pages so far, over all outlets."""
        return int((time.time() - self._began) * self._per_second)

    def feed(self, outlet: Outlet) -> bytes:
        """Return the newest pages of one outlet as RSS."""
        place = PRESS.index(outlet)
        numbers = range(place, self.released, len(PRESS))[-SHOWN:]
        items = "".join(self._item(outlet, number) for number in numbers)
        head = f"<title>{escape(outlet.name)}</title><link>{outlet.url(self._port, '/')}</link>"
        return f'<rss version="2.0"><channel>{head}{items}</channel></rss>'.encode()

    def page(self, number: int) -> bytes:
        """Return one page; each has a paragraph of its own."""
        return changed(self._bodies[number % len(self._bodies)], number)

    def _item(self, outlet: Outlet, number: int) -> str:
        when = formatdate(self._began + number / self._per_second)
        link = outlet.url(self._port, f"/page/{number}")
        return f"<item><title>{number}</title><link>{link}</link><pubDate>{when}</pubDate></item>"


TRICKLE = web.AppKey("trickle", Trickle)


async def feed(request: web.Request) -> web.Response:
    """Answer with the list of the outlet whose address was asked."""
    outlet, _ = asked(request)
    body = request.app[TRICKLE].feed(outlet)
    return web.Response(body=body, content_type="application/rss+xml")


async def page(request: web.Request) -> web.Response:
    """Answer with a page."""
    body = request.app[TRICKLE].page(int(request.match_info["number"]))
    return web.Response(body=body, content_type="text/html", charset="utf-8")


async def counts(request: web.Request) -> web.Response:
    """Tell how many pages exist."""
    return web.json_response({"released": request.app[TRICKLE].released})


def applications(trickle: Trickle) -> tuple[web.Application, web.Application]:
    """Return the outlets' application and the control's."""
    outlets, control = web.Application(), web.Application()
    outlets[TRICKLE] = control[TRICKLE] = trickle
    outlets.router.add_get("/feed.xml", feed)
    outlets.router.add_get(r"/page/{number:\d+}", page)
    control.router.add_get("/counts", counts)
    return outlets, control


def main(
    port: Annotated[int, typer.Option()],
    control_port: Annotated[int, typer.Option()],
    per_second: Annotated[float, typer.Option()] = 6.0,
) -> None:
    """Serve ever new pages until stopped."""
    asyncio.run(serve(*applications(Trickle(per_second, port)), port, control_port))


if __name__ == "__main__":
    typer.run(main)
