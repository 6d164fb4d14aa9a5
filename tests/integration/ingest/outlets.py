"""An outlet under the test's control: a feed and pages on 127.0.0.1, and the service reading it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from xml.sax.saxutils import escape

from aiohttp import web

from services.ingest.fetcher import create_session
from services.ingest.guard import AddressGuard
from services.ingest.registry import Ownership, RegisteredOutlet, Registry, Source
from services.ingest.sandbox import Sandbox
from services.ingest.service import Clients, ingest
from shared.addresses import parse_addresses
from shared.events import Event, MediaItemIngested, Medium, OutletBase, SourceKind
from shared.health import Health
from shared.mongo import client_of, connect
from shared.publish import Outgoing, Publisher
from shared.settings import Settings
from tests.engines import free_port

SENTENCE = "The council of the river districts met on Monday and spoke about the price of bread. "


def utc_now() -> datetime:
    return datetime.now(UTC)


def article(body: str = SENTENCE * 8, head: str = "") -> str:
    return (
        f"<html lang='en'><head><title>A report</title>{head}</head><body><article><h1>A report"
        f"</h1><p>{body}</p><p>{body}</p></article></body></html>"
    )


Answer = Callable[[web.Request], Awaitable[web.StreamResponse]]


@dataclass
class OutletServer:
    """Serves `pages` by path, and a feed of `listed` paths; counts requests."""

    port: int
    pages: dict[str, str | Answer] = field(default_factory=dict)
    listed: list[str] = field(default_factory=list)
    requests: list[str] = field(default_factory=list)
    dates: dict[str, datetime] = field(default_factory=dict)
    summaries: dict[str, str] = field(default_factory=dict)
    feed_etag: str | None = None

    @property
    def root(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def publish(self, path: str, page: str | Answer | None = None) -> str:
        self.pages[path] = article(f"{path} {SENTENCE}" * 6) if page is None else page
        self.listed.append(path)
        return f"{self.root}{path}"

    def count(self, path: str) -> int:
        return self.requests.count(path)

    async def answer(self, request: web.Request) -> web.StreamResponse:
        self.requests.append(request.path)
        if request.path == "/feed.xml":
            return web.Response(text=self.feed(), content_type="application/rss+xml")
        page = self.pages.get(request.path)
        if page is None:
            raise web.HTTPNotFound
        if callable(page):
            return await page(request)
        return web.Response(text=page, content_type="text/html")

    def feed(self) -> str:
        items = "".join(self._item(path) for path in self.listed)
        return f"<rss version='2.0'><channel><title>x</title>{items}</channel></rss>"

    def _item(self, path: str) -> str:
        date = self.dates.get(path, utc_now() - timedelta(hours=1))
        return (
            f"<item><title>Report {path}</title><link>{escape(self.root + path)}</link>"
            f"<guid>{path}</guid><pubDate>{format_datetime(date)}</pubDate>"
            f"<description>{escape(self.summaries.get(path, ''))}</description></item>"
        )


@asynccontextmanager
async def serving() -> AsyncIterator[OutletServer]:
    outlet = OutletServer(free_port())
    application = web.Application()
    application.router.add_route("*", "/{path:.*}", outlet.answer)
    runner = web.AppRunner(application, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", outlet.port).start()
    try:
        yield outlet
    finally:
        await runner.cleanup()


def registry_of(server: OutletServer, period_seconds: int = 1) -> Registry:
    source = Source(
        source_id="xa-test-feed",
        kind=SourceKind.FEED,
        url=f"{server.root}/feed.xml",
        period_seconds=period_seconds,
    )
    outlet = RegisteredOutlet(
        outlet_id="xa-test",
        name="Test Times",
        country="XA",
        medium=Medium.ONLINE,
        base=OutletBase.DOMESTIC,
        languages=("en",),
        ownership=Ownership(owner=()),
        sources=(source,),
    )
    return Registry.of([outlet])


@dataclass
class RecordingPublisher:
    """Confirms every event and remembers it; raises `failure` while that is set."""

    events: list[Event] = field(default_factory=list)
    recorded: list[datetime] = field(default_factory=list)
    failure: BaseException | None = None

    async def publish(self, outgoing: Sequence[Outgoing]) -> None:
        if self.failure is not None and outgoing:
            raise self.failure
        self.events += [one.event for one in outgoing]
        self.recorded += [one.recorded_at for one in outgoing]

    @property
    def items(self) -> list[MediaItemIngested]:
        return [one for one in self.events if isinstance(one, MediaItemIngested)]


@asynccontextmanager
async def ingesting(
    settings: Settings,
    server: OutletServer,
    publisher: Publisher,
    sandbox: Sandbox,
    registry: Registry | None = None,
    health: Health | None = None,
) -> AsyncIterator[asyncio.Task[None]]:
    """Run the service in this process until the block ends; the task is yielded."""
    settings = settings.model_copy(update={"ingest_allowed_addresses": f"127.0.0.1:{server.port}"})
    allowed = parse_addresses(settings.ingest_allowed_addresses)
    database = connect(settings, "ingest")
    async with create_session(AddressGuard(allowed), "Tocsin/test", 50) as session:
        clients = Clients(database, publisher, session, sandbox)
        task = asyncio.create_task(
            ingest(
                settings,
                health or Health("ingest"),
                registry or registry_of(server),
                clients,
                utc_now,
            )
        )
        try:
            yield task
        finally:
            task.cancel()
            await asyncio.wait({task})
            client_of(database).close()


async def until(condition: Callable[[], bool], seconds: float = 20.0) -> None:
    """Return as soon as *condition* holds."""
    async with asyncio.timeout(seconds):
        while not condition():
            await asyncio.sleep(0.02)
