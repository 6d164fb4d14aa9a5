"""A portal on real engines, its indexer, and people who are signed in."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import httpx
import pytest
from elasticsearch import AsyncElasticsearch
from fastapi import FastAPI

from services.portal.accounts.model import Account, PasswordSet, Role, account_id
from services.portal.accounts.sessions import csrf_token
from services.portal.asgi import assemble, create_portal
from services.portal.context import Portal
from services.portal.indexer.composition import create_indexer
from services.portal.indexer.handler import Indexer
from shared import elastic, mongo
from shared.consume import Rejections
from shared.events import Event, encode
from shared.mongo import Database
from shared.publish import Outgoing
from shared.records import Record
from shared.settings import Settings

NOW = datetime(2026, 3, 10, 12, 0, tzinfo=UTC)
HOST = "http://127.0.0.1:8080"

SignIn = Callable[..., Awaitable[httpx.AsyncClient]]


@dataclass(slots=True)
class Remembered:
    """A publisher that keeps what it was given; `failure` is raised instead while it is set."""

    published: list[Outgoing] = field(default_factory=list)
    failure: Exception | None = None

    async def publish(self, outgoing: Sequence[Outgoing]) -> None:
        if self.failure is not None:
            raise self.failure
        self.published += outgoing


@pytest.fixture
def database(settings: Settings) -> Iterator[Database]:
    made = mongo.connect(settings, "portal")
    yield made
    mongo.client_of(made).close()


@pytest.fixture
async def engine_client(settings: Settings) -> AsyncIterator[AsyncElasticsearch]:
    async with elastic.connect(settings) as client:
        yield client


@pytest.fixture
async def public_client(settings: Settings) -> AsyncIterator[AsyncElasticsearch]:
    async with elastic.connect(settings) as client:
        yield client


@pytest.fixture
async def indexer(
    settings: Settings, database: Database, engine_client: AsyncElasticsearch
) -> Indexer:
    made = create_indexer(database, engine_client, settings.namespace, lambda: datetime.now(UTC))
    await made.indices.prepare()
    return made


@pytest.fixture
def publisher() -> Remembered:
    return Remembered()


@pytest.fixture
def portal(
    settings: Settings,
    database: Database,
    engine_client: AsyncElasticsearch,
    public_client: AsyncElasticsearch,
    publisher: Remembered,
) -> Portal:
    clients = (engine_client, public_client)
    return create_portal(settings, database, clients, publisher, lambda: NOW)


@pytest.fixture
def app(portal: Portal) -> FastAPI:
    return assemble(
        FastAPI(title="Tocsin", docs_url=None, redoc_url=None, openapi_url=None), portal
    )


@pytest.fixture
async def visitor(app: FastAPI) -> AsyncIterator[httpx.AsyncClient]:
    async with browser(app) as client:
        yield client


@pytest.fixture
async def sign_in(app: FastAPI, portal: Portal) -> AsyncIterator[SignIn]:
    """Open sessions without passwords, which take their time on purpose."""
    opened: list[httpx.AsyncClient] = []

    async def make(
        *roles: str, name: str = "", countries: Sequence[str] = ("*",)
    ) -> httpx.AsyncClient:
        name = name or f"person-{len(opened)}"
        held = frozenset(Role(role) for role in roles)
        who = account_id(name)
        chosen = PasswordSet(who, NOW - timedelta(days=30))
        await portal.accounts.add(
            Account(who, name, "no password", held, frozenset(countries), False, (chosen,))
        )
        token = await portal.sessions.open(who, NOW)
        client = browser(app)
        client.cookies.set("tocsin", token)
        client.headers["X-CSRF-Token"] = csrf_token(token)
        opened.append(client)
        return client

    yield make
    for client in opened:
        await client.aclose()


def browser(app: FastAPI) -> httpx.AsyncClient:
    return httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url=HOST)


def record(event: Event, offset: int = 0) -> Record:
    return Record(
        topic=event.TOPIC.name,
        partition=0,
        offset=offset,
        value=encode(event),
        event_type=event.TYPE,
        key=event.subject.encode(),
    )


async def feed(indexer: Indexer, *events: Event) -> Rejections:
    """Hand *events* to the indexer as one batch, and make them searchable."""
    rejections = await indexer.handle([record(event, n) for n, event in enumerate(events)])
    await indexer.client.indices.refresh(index=f"{indexer.indices.namespace}*")
    return rejections
