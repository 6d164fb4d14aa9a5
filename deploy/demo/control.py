"""What the recorded outlets tell the demonstration: how much went out, and which pages.

More can be put out through it while they serve, as newsrooms do. It listens on its own loopback
port, so that nothing of it is reachable as an outlet's page.
"""

from dataclasses import asdict
from datetime import datetime
from typing import Any

from aiohttp import web

from deploy.demo.corpus import Text
from deploy.demo.plan import Article, Stage
from deploy.demo.press import PRESS
from deploy.demo.shelf import Shelf

SHELF = web.AppKey("shelf", Shelf)
PORT = web.AppKey("port", int)
MOST_BYTES = 64_000_000  # articles put out at once


def create_control(shelf: Shelf, port: int) -> web.Application:
    """Build the application of the control port; `port` is where the outlets answer."""
    app = web.Application(client_max_size=MOST_BYTES)
    app[SHELF] = shelf
    app[PORT] = port
    app.router.add_get("/counts", counts)
    app.router.add_get("/served", served)
    app.router.add_post("/articles", add)
    return app


async def counts(request: web.Request) -> web.Response:
    """Count articles, outlets still in backfill and pages served, and say since when."""
    shelf = request.app[SHELF]
    return web.json_response({**shelf.counts(), "first_served_at": shelf.first_served_at})


async def served(request: web.Request) -> web.Response:
    """List every article whose page went out, with what a comparison needs."""
    port = request.app[PORT]
    return web.json_response([_row(article, port) for article in request.app[SHELF].served()])


async def add(request: web.Request) -> web.Response:
    """Put out the articles of the body, a list of what `as_added` makes."""
    for row in await request.json():
        request.app[SHELF].add(_article(row))
    return web.json_response({})


def as_added(article: Article) -> dict[str, Any]:
    """Describe an article that is to be put out."""
    return {
        "outlet_id": article.outlet.outlet_id,
        "path": article.path,
        "text": asdict(article.text),
        "published_at": article.published_at.isoformat(),
        "dated": article.dated,
    }


def _article(row: dict[str, Any]) -> Article:
    outlet = next(outlet for outlet in PRESS if outlet.outlet_id == row["outlet_id"])
    published_at = datetime.fromisoformat(row["published_at"])
    text = Text(**row["text"])
    return Article(outlet, row["path"], text, published_at, Stage.LIVE, dated=row["dated"])


def _row(article: Article, port: int) -> dict[str, str | bool]:
    return {
        "url": article.outlet.url(port, article.path),
        "outlet_id": article.outlet.outlet_id,
        "language": article.text.language,
        "headline": article.text.headline,
        "key": article.text.key,
        "stage": article.stage.value,
        "episode": article.episode,
        "published_at": article.published_at.isoformat(),
    }
