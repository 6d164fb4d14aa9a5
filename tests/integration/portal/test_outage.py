"""Engines that are away at the start and come later; the portal does not have to be restarted."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from urllib.parse import urlsplit

import httpx
import pytest

from services.portal.accounts.commands import create_account
from services.portal.asgi import create_app
from services.portal.indexer.handler import Indexer
from shared.settings import Settings
from tests.engines import free_port
from tests.factories import make_analysis
from tests.integration.portal.conftest import browser, feed


@asynccontextmanager
async def forwarder(port: int, target: str) -> AsyncIterator[None]:
    """Let *port* lead to an engine, as if that engine had come up there."""
    host, _, number = urlsplit(target).netloc.partition(":")

    async def pump(source: asyncio.StreamReader, sink: asyncio.StreamWriter) -> None:
        try:
            while data := await source.read(65_536):
                sink.write(data)
                await sink.drain()
        except ConnectionError:
            pass
        finally:
            sink.close()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        inner_reader, inner_writer = await asyncio.open_connection(host, int(number))
        await asyncio.gather(pump(reader, inner_writer), pump(inner_reader, writer))

    server = await asyncio.start_server(serve, "127.0.0.1", port)
    try:
        yield
    finally:
        server.close()


async def status(client: httpx.AsyncClient, path: str) -> int:
    return (await client.get(path)).status_code


async def test_portal_starts_without_its_engines_and_recovers_by_itself(
    settings: Settings, indexer: Indexer
) -> None:
    await feed(indexer, make_analysis(1))
    password = await create_account(settings, "ana", ["viewer"], ["*"], "operator")
    mongo_port, elastic_port = free_port(), free_port()
    away = settings.model_copy(
        update={
            "mongo_url": f"mongodb://127.0.0.1:{mongo_port}",
            "elasticsearch_url": f"http://127.0.0.1:{elastic_port}",
        }
    )
    app = create_app(away, pytest.fail)
    async with app.router.lifespan_context(app), browser(app) as client:
        credentials = {"name": "ana", "password": password}
        assert await status(client, "/livez") == 200
        assert await status(client, "/readyz") == 503
        assert await status(client, "/login") == 200
        refused = await client.post("/api/v1/session", json=credentials)
        assert refused.status_code == 503
        assert "Nothing is lost" in refused.json()["detail"]
        async with (
            forwarder(mongo_port, settings.mongo_url),
            forwarder(elastic_port, settings.elasticsearch_url),
        ):
            async with asyncio.timeout(30):
                while await status(client, "/readyz") != 200:
                    await asyncio.sleep(0.2)
            assert (await client.post("/api/v1/session", json=credentials)).status_code == 200
            assert (await client.get("/api/v1/search")).json()["total"] == 1
            assert (await client.get("/healthz")).json()["ready"] is True


async def test_absent_search_engine_is_said_so_on_pages_too(settings: Settings) -> None:
    password = await create_account(settings, "ana", ["viewer"], ["*"], "operator")
    away = settings.model_copy(update={"elasticsearch_url": f"http://127.0.0.1:{free_port()}"})
    app = create_app(away, pytest.fail)
    async with app.router.lifespan_context(app), browser(app) as client:
        await client.post("/api/v1/session", json={"name": "ana", "password": password})
        page = await client.get("/")
        assert page.status_code == 503
        assert "Not available just now" in page.text
        part = await client.get("/", headers={"HX-Request": "true"})
        assert part.status_code == 503
        assert part.text.lstrip().startswith('<div id="outcome"')
