"""Names whose addresses change: what counts is the address that is about to be connected.

The outlet's own address stands for the public internet, by the guard's exact exception; a second
server at the same port of another loopback address is the inside that must not be reached.
"""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import pytest
from aiohttp import TCPConnector, web

from services.ingest.fetcher import Fetcher, create_session
from services.ingest.guard import AddressGuard
from services.ingest.outcomes import FetchError, Outcome
from shared.addresses import parse_addresses
from tests.integration.ingest.outlets import OutletServer, utc_now

NAME = "news.example"
OUTSIDE, INSIDE = "127.0.0.1", "127.0.0.2"


@dataclass
class Names:
    """Answers each question for an address with the next list; the last one stays."""

    answers: list[Sequence[str]] = field(default_factory=lambda: [[OUTSIDE]])
    asked: int = 0

    async def getaddrinfo(self, host: str, port: int, **_: Any) -> list[Any]:
        assert host == NAME
        self.asked += 1
        now = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        kind = socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP, ""
        return [(*kind, (address, port)) for address in now]


@pytest.fixture
async def names(monkeypatch: pytest.MonkeyPatch) -> Names:
    names = Names()
    monkeypatch.setattr(asyncio.get_running_loop(), "getaddrinfo", names.getaddrinfo)
    return names


@pytest.fixture
async def inside(server: OutletServer) -> AsyncIterator[list[str]]:
    """Whoever connects to the address inside is noted here."""
    connected: list[str] = []

    async def answer(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        connected.append(str(writer.get_extra_info("peername")))
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nsecret")
        writer.close()

    listening = await asyncio.start_server(answer, INSIDE, server.port)
    async with listening:
        yield connected


@pytest.fixture
async def fetcher(server: OutletServer) -> AsyncIterator[Fetcher]:
    guard = AddressGuard(parse_addresses(f"{OUTSIDE}:{server.port}"))
    async with create_session(guard, "Tocsin/test", 10) as session:
        yield Fetcher(session, utc_now, exchange_seconds=3.0)


def ask_again(fetcher: Fetcher) -> None:
    """Forget connections and answers, as a minute does."""
    connector = fetcher.session.connector
    assert isinstance(connector, TCPConnector)
    connector.clear_dns_cache()


async def test_second_answer_that_leads_inside_is_refused(
    fetcher: Fetcher, server: OutletServer, names: Names, inside: list[str]
) -> None:
    names.answers = [[OUTSIDE], [INSIDE]]
    server.publish("/report")
    url = f"http://{NAME}:{server.port}/report"
    assert (await fetcher.fetch(url)).status == 200
    fetcher.session.headers["Connection"] = "close"  # or the first connection would serve again
    await fetcher.fetch(url)
    ask_again(fetcher)
    with pytest.raises(FetchError) as refused:
        await fetcher.fetch(url)
    assert refused.value.outcome == Outcome.FORBIDDEN
    assert names.asked == 2
    assert inside == []


async def test_answer_that_changes_between_redirects_is_refused(
    fetcher: Fetcher, server: OutletServer, names: Names, inside: list[str]
) -> None:
    async def away(_request: web.Request) -> web.Response:
        names.answers = [[INSIDE]]
        ask_again(fetcher)
        headers = {"Location": "/inside", "Connection": "close"}
        return web.Response(status=302, headers=headers)

    server.publish("/report", away)
    with pytest.raises(FetchError) as refused:
        await fetcher.fetch(f"http://{NAME}:{server.port}/report")
    assert refused.value.outcome == Outcome.FORBIDDEN
    assert inside == []


@pytest.mark.parametrize("answer", [[INSIDE, OUTSIDE], [OUTSIDE, INSIDE]])
async def test_of_several_addresses_only_those_outside_are_connected(
    fetcher: Fetcher, server: OutletServer, names: Names, inside: list[str], answer: list[str]
) -> None:
    names.answers = [answer]
    server.publish("/report")
    assert (await fetcher.fetch(f"http://{NAME}:{server.port}/report")).status == 200
    assert inside == []
