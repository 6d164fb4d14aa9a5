"""The portal as an application; this alone connects its parts. Nothing connects at import."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

import structlog
from elasticsearch import AsyncElasticsearch
from fastapi import FastAPI

from services.portal import ops
from services.portal.accounts import key_routes as keys
from services.portal.accounts import routes as accounts
from services.portal.accounts.gate import Gate
from services.portal.accounts.keys import KeyStore
from services.portal.accounts.passwords import PasswordCheck
from services.portal.accounts.sessions import SessionStore
from services.portal.accounts.store import AccountStore
from services.portal.accounts.throttle import LoginThrottle
from services.portal.alerts import routes as alerts
from services.portal.assets import add_assets
from services.portal.audit import routes as audit
from services.portal.audit.log import AuditLog
from services.portal.context import Portal
from services.portal.desk import country_routes as country
from services.portal.desk import report_routes
from services.portal.desk import routes as desk
from services.portal.desk.archive import Archive
from services.portal.desk.desk import Desk
from services.portal.desk.store import ReportStore, RoleCodes, VisitStore
from services.portal.engine import SearchEngine
from services.portal.handlers import register
from services.portal.indexer.composition import create_stores
from services.portal.items import evidence_routes as evidence
from services.portal.items import routes as items
from services.portal.pages import reference
from services.portal.pages.i18n import load_languages
from services.portal.pages.render import create_environment
from services.portal.pages.vocabulary import load_vocabulary
from services.portal.public import routes as public
from services.portal.review import routes as review
from services.portal.search import more_routes as search_more
from services.portal.search import routes as search
from services.portal.search import saved_routes as saved
from services.portal.search.saved import SavedSearches
from services.portal.security import KnownHosts, SecureResponses
from services.portal.signals import routes as signals
from services.portal.signals.desk import OUTBOX, ReviewDesk
from services.portal.signals.review_log import ReviewLog
from shared import elastic, mongo
from shared.dependencies import Dependency, kafka_dependency, observe_dependencies
from shared.errors import ConfigurationError, TransientError
from shared.health import Health
from shared.mongo import Database
from shared.publish import KafkaPublisher, Publisher
from shared.settings import Settings

log = structlog.get_logger()

SWEEP_SECONDS = 600.0
ROOMS = (
    search, search_more, saved, items, evidence, desk, report_routes, country, review,
    signals, alerts, public, accounts, keys, audit, reference, ops,
)  # fmt: skip


def create_app(settings: Settings, failed: Callable[[str], None]) -> FastAPI:
    """Return the application; ConfigurationError where the settings cannot be served.

    *failed* is called when work in the background has ended, which it never should: a portal
    that takes decisions and publishes none would be a silent failure.
    """
    if settings.env == "production" and not settings.portal_https:
        raise ConfigurationError(
            "TOCSIN_PORTAL_HTTPS must be true in production: passwords would travel in clear."
        )
    database = mongo.connect(settings, database="portal")
    client, public_client = elastic.connect(settings), elastic.connect(settings)
    publisher = KafkaPublisher(settings, "portal")
    portal = create_portal(
        settings, database, (client, public_client), publisher, lambda: datetime.now(UTC)
    )
    dependencies = (
        Dependency("mongo", partial(mongo.ping, database)),
        Dependency("elasticsearch", partial(elastic.ping, client)),
        kafka_dependency(settings),
    )

    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        async with background(
            failed,
            observe_dependencies(portal.health, dependencies),
            portal.desk.publish_outbox(),
            portal.archive.keep(),
            _sweep(portal),
        ):
            yield
        await publisher.close()
        await client.close()
        await public_client.close()
        mongo.client_of(database).close()

    app = FastAPI(
        title="Tocsin",
        version="1",
        lifespan=lifespan,
        docs_url=None,
        redoc_url=None,
        openapi_url=None,
    )
    return assemble(app, portal)


def create_portal(
    settings: Settings,
    database: Database,
    clients: tuple[AsyncElasticsearch, AsyncElasticsearch],
    publisher: Publisher,
    clock: Callable[[], datetime],
) -> Portal:
    """Return the parts of a portal; nothing connects yet.

    The second client is for the public pages alone: strangers wait for its connections, and
    people who work here do not wait for theirs.
    """
    health = Health("portal")
    for name in ("mongo", "elasticsearch", "kafka", OUTBOX):
        health.waiting(name, "not asked yet")
    store = AccountStore(database)
    engine, public_engine = (SearchEngine(one, settings.namespace) for one in clients)
    stores, reports = create_stores(database), ReportStore(database)
    return Portal(
        settings=settings,
        clock=clock,
        health=health,
        accounts=store,
        sessions=SessionStore(database, timedelta(hours=settings.portal_session_hours)),
        throttle=LoginThrottle(database),
        check_password=PasswordCheck(),
        stores=stores,
        engine=engine,
        public_engine=public_engine,
        desk=ReviewDesk(ReviewLog(database), store, publisher, health, clock),
        weekly=Desk(reports, VisitStore(database), RoleCodes(database), store, stores.items, clock),
        archive=Archive(reports, engine),
        vocabulary=load_vocabulary(settings.config_dir),
        saved=SavedSearches(database),
        audit=AuditLog(database, clock),
        keys=KeyStore(database),
        languages=load_languages(),
    )


def assemble(app: FastAPI, portal: Portal) -> FastAPI:
    """Add routes, middleware and error answers to *app*."""
    app.state.portal = portal
    app.state.templates = create_environment(portal.vocabulary)
    register(app)
    for room in ROOMS:
        app.include_router(room.router)
    add_assets(app, portal.settings.portal_assets_dir)
    # The last one added is asked first.
    app.add_middleware(Gate, portal=portal)
    app.add_middleware(KnownHosts, settings=portal.settings)
    app.add_middleware(SecureResponses, settings=portal.settings)
    return app


@asynccontextmanager
async def background(
    failed: Callable[[str], None], *work: Coroutine[Any, Any, None]
) -> AsyncIterator[None]:
    """Run *work* beside the requests; where one ends by itself, log why and call *failed*."""

    def ended(task: asyncio.Task[None]) -> None:
        if not task.cancelled():
            log.critical("background_ended", work=task.get_name(), exc_info=task.exception())
            failed(task.get_name())

    tasks = [asyncio.create_task(one, name=getattr(one, "__qualname__", None)) for one in work]
    for task in tasks:
        task.add_done_callback(ended)
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def _sweep(portal: Portal) -> None:
    """Delete what has expired; not every engine does so by itself."""
    while True:
        with suppress(TransientError):
            await portal.sessions.sweep(portal.clock())
            await portal.throttle.sweep(portal.clock())
        await asyncio.sleep(SWEEP_SECONDS)
