"""The recorded outlets: one small web server on twelve loopback addresses.

Run it as `python -m deploy.demo.outlets`. Ingest meets it as it meets any outlet: feeds, pages,
entity tags, robots.txt. A second port tells the demonstration what went out.
"""

import asyncio
import hashlib
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer
from aiohttp import web

from deploy.demo.control import create_control
from deploy.demo.corpus import find_corpus, read_texts
from deploy.demo.episode import read_episode
from deploy.demo.feeds import render_feed
from deploy.demo.pages import LABEL, render_page
from deploy.demo.plan import make_plan
from deploy.demo.serving import asked, serve
from deploy.demo.shelf import Shelf

ROOT = Path(__file__).resolve().parents[2]
SHELF = web.AppKey("shelf", Shelf)


def create_outlets(shelf: Shelf) -> web.Application:
    """Build the application that answers for all twelve outlets."""
    app = web.Application()
    app[SHELF] = shelf
    app.router.add_get("/feed.xml", feed)
    app.router.add_get("/robots.txt", robots)
    app.router.add_get("/", front)
    app.router.add_get("/{path:.+}", page)
    return app


async def feed(request: web.Request) -> web.StreamResponse:
    """Answer with the outlet's list, or 304 when the reader has it."""
    outlet, port = asked(request)
    polled_before = "If-None-Match" in request.headers
    shown = request.app[SHELF].shown(outlet.outlet_id, polled_before=polled_before)
    body = render_feed(outlet, shown, port)
    return _tagged(request, body, f"application/{outlet.feed}+xml")


async def page(request: web.Request) -> web.StreamResponse:
    """Answer with an article's page; it counts as served once all of it was sent."""
    outlet, port = asked(request)
    shelf = request.app[SHELF]
    article = shelf.find(outlet.outlet_id, request.path)
    if article is None:
        raise web.HTTPNotFound(text=LABEL)
    body = render_page(article, shelf.related(article), port).encode()
    response = _tagged(request, body, "text/html")
    await response.prepare(request)
    await response.write_eof()
    if response.status == web.HTTPOk.status_code:
        shelf.mark_served(article, time.time())
    return response


async def front(request: web.Request) -> web.StreamResponse:
    """Answer a person who opens the outlet's address with a list of links."""
    outlet, _ = asked(request)
    shown = request.app[SHELF].shown(outlet.outlet_id, polled_before=True)
    return web.Response(text="\n".join([LABEL, outlet.name, *(a.path for a in shown)]))


async def robots(_: web.Request) -> web.StreamResponse:
    """Allow everything."""
    return web.Response(text="User-agent: *\nAllow: /\n")


def _tagged(request: web.Request, body: bytes, media_type: str) -> web.Response:
    tag = f'"{hashlib.sha256(body).hexdigest()[:20]}"'
    if request.headers.get("If-None-Match") == tag:
        return web.Response(status=304, headers={"ETag": tag})
    return web.Response(body=body, content_type=media_type, charset="utf-8", headers={"ETag": tag})


def main(
    port: Annotated[int, typer.Option(envvar="TOCSIN_DEMO_PORT")] = 8091,
    control_port: Annotated[int, typer.Option(envvar="TOCSIN_DEMO_CONTROL_PORT")] = 8092,
    articles: Annotated[int, typer.Option(help="At most so many texts of the corpus.")] = 2400,
    corpus: Annotated[Path | None, typer.Option(envvar="TOCSIN_CORPUS")] = None,
    seed: Annotated[int, typer.Option(help="Decides places and dates.")] = 1,
    sample: Annotated[bool, typer.Option(help="Serve the bundled sample.")] = False,
    episode: Annotated[bool, typer.Option(help="Add the composed episode.")] = True,
) -> None:
    """Serve the recorded outlets until stopped."""
    folder = None if sample else find_corpus(corpus, ROOT)
    texts = read_texts(folder, articles)
    items = read_episode() if episode else []
    plan = make_plan(texts, items, start=datetime.now(UTC), seed=seed)
    shelf = Shelf(plan)
    asyncio.run(serve(create_outlets(shelf), create_control(shelf, port), port, control_port))


if __name__ == "__main__":
    typer.run(main)
