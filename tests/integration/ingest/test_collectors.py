"""Sources of each kind, read by the whole service."""

from __future__ import annotations

import gzip
import json

import pytest
from aiohttp import web

from services.ingest.registry import Registry, Source
from services.ingest.sandbox import Sandbox
from shared.events import SourceKind
from shared.settings import Settings
from tests.integration.ingest.outlets import (
    Answer,
    OutletServer,
    RecordingPublisher,
    article,
    ingesting,
    registry_of,
    until,
)


def answering(body: bytes, media_type: str) -> Answer:
    async def answer(_request: web.Request) -> web.Response:
        return web.Response(body=body, content_type=media_type)

    return answer


def reading(server: OutletServer, kind: SourceKind, path: str, pattern: str | None) -> Registry:
    outlet = registry_of(server).outlets[0]
    source = Source(
        source_id="xa-test-source",
        kind=kind,
        url=f"{server.root}{path}",
        period_seconds=1,
        link_pattern=pattern,
    )
    return Registry.of([outlet.model_copy(update={"sources": (source,)})])


def offer(server: OutletServer) -> None:
    """Offer one article by an index of sitemaps that names itself, a front page and JSON."""
    server.pages["/2026/a"] = article()
    index = "".join(
        f"<sitemap><loc>{server.root}/{name}</loc></sitemap>"
        for name in ("index.xml", "news.xml.gz")
    )
    news = f"<urlset><url><loc>{server.root}/2026/a</loc></url></urlset>"
    server.pages["/index.xml"] = answering(
        f"<sitemapindex>{index}</sitemapindex>".encode(), "text/xml"
    )
    server.pages["/news.xml.gz"] = answering(gzip.compress(news.encode()), "application/gzip")
    server.pages["/front"] = f"<a href='{server.root}/2026/a'>A</a><a href='/about'>B</a>"
    feed = {
        "version": "https://jsonfeed.org/version/1",
        "items": [{"url": f"{server.root}/2026/a"}],
    }
    server.pages["/feed.json"] = answering(json.dumps(feed).encode(), "application/feed+json")


@pytest.mark.parametrize(
    ("kind", "path", "pattern"),
    [
        (SourceKind.SITEMAP, "/index.xml", None),
        (SourceKind.PAGE, "/front", r"/20\d\d/"),
        (SourceKind.FEED, "/feed.json", None),
    ],
)
async def test_article_is_found_by_each_kind_of_source(
    settings: Settings,
    server: OutletServer,
    publisher: RecordingPublisher,
    sandbox: Sandbox,
    kind: SourceKind,
    path: str,
    pattern: str | None,
) -> None:
    offer(server)
    registry = reading(server, kind, path, pattern)
    async with ingesting(settings, server, publisher, sandbox, registry):
        await until(lambda: len(publisher.items) == 1)
        polls = server.count(path)
        await until(lambda: server.count(path) >= polls + 2)
    (item,) = publisher.items
    assert (item.url, item.source.kind) == (f"{server.root}/2026/a", kind)
    assert server.count("/2026/a") == 1
    assert server.count("/about") == 0
