"""What hostile servers can do to the fetcher: each ends with one sentence, in time and memory."""

from __future__ import annotations

import asyncio
import gzip
import resource
import time
from collections.abc import AsyncIterator, Awaitable, Callable

import brotli  # type: ignore[import-untyped] # no stubs are published
import pytest
from aiohttp import web

from services.ingest.fetcher import MAX_BODY_BYTES, Fetcher, create_session
from services.ingest.guard import AddressGuard
from services.ingest.outcomes import FetchError, Outcome
from shared.addresses import parse_addresses
from tests.integration.ingest.outlets import OutletServer, utc_now


@pytest.fixture
async def fetcher(server: OutletServer) -> AsyncIterator[Fetcher]:
    guard = AddressGuard(parse_addresses(f"127.0.0.1:{server.port}"))
    async with create_session(guard, "Tocsin/test", 10) as session:
        yield Fetcher(session, utc_now, exchange_seconds=2.0)


async def failure(fetcher: Fetcher, url: str) -> FetchError:
    with pytest.raises(FetchError) as raised:
        await fetcher.fetch(url)
    return raised.value


def encoded(body: bytes, encoding: str) -> Callable[[web.Request], Awaitable[web.Response]]:
    async def answer(_request: web.Request) -> web.Response:
        headers = {"Content-Encoding": encoding, "Content-Type": "text/html"}
        return web.Response(body=body, headers=headers)

    return answer


async def test_page_is_fetched_with_what_evidence_needs(
    fetcher: Fetcher, server: OutletServer
) -> None:
    url = server.publish("/a", "<html>سلام</html>")
    fetched = await fetcher.fetch(url)
    assert fetched.body == "<html>سلام</html>".encode()
    assert (fetched.media_type, fetched.charset) == ("text/html", "utf-8")
    assert fetched.request_line == "GET /a HTTP/1.1"
    assert dict(fetched.request_headers)["User-Agent"] == "Tocsin/test"


@pytest.mark.parametrize("encoding", ["gzip", "br"])
async def test_bomb_ends_at_the_limit(
    fetcher: Fetcher, server: OutletServer, encoding: str
) -> None:
    zeros = bytes(200 * 1024 * 1024)
    bomb = gzip.compress(zeros, 9) if encoding == "gzip" else brotli.compress(zeros, quality=5)
    del zeros
    url = server.publish("/bomb", encoded(bomb, encoding))
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    error = await failure(fetcher, url)
    assert error.outcome == Outcome.TOO_LARGE
    assert error.is_final
    grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    assert grown < 100 * 1024  # KiB


async def test_double_compression_is_decoded_once(fetcher: Fetcher, server: OutletServer) -> None:
    body = gzip.compress(gzip.compress(b"x" * 1000))
    fetched = await fetcher.fetch(server.publish("/twice", encoded(body, "gzip")))
    assert fetched.body.startswith(b"\x1f\x8b")


async def test_endless_body_ends_at_the_limit(fetcher: Fetcher, server: OutletServer) -> None:
    async def endless(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse()
        await response.prepare(request)
        try:
            while True:
                await response.write(bytes(1 << 16))
        except ConnectionError:
            return response

    error = await failure(fetcher, server.publish("/endless", endless))
    assert error.outcome in {Outcome.TOO_LARGE, Outcome.AWAY}


@pytest.mark.parametrize("headers_first", [True, False])
async def test_slow_server_ends_at_the_deadline(
    fetcher: Fetcher, server: OutletServer, headers_first: bool
) -> None:
    async def drip(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse()
        if headers_first:
            await response.prepare(request)
        for _ in range(100):
            await asyncio.sleep(0.1)
            if headers_first:
                await response.write(b"x")
        return response

    started = time.monotonic()
    error = await failure(fetcher, server.publish("/drip", drip))
    assert error.outcome == Outcome.AWAY
    assert not error.is_final
    assert time.monotonic() - started < 3


async def raw_server(answer: bytes) -> asyncio.Server:
    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        try:
            writer.write(answer)
            await writer.drain()
        except ConnectionError:
            pass
        writer.close()

    return await asyncio.start_server(handle, "127.0.0.1", 0)


@pytest.mark.parametrize(
    "answer",
    [
        b"HTTP/1.1 200 OK\r\n" + b"".join(b"X-%d: y\r\n" % n for n in range(5000)) + b"\r\n",
        b"HTTP/1.1 200 OK\r\nX: " + b"y" * 40_000_000 + b"\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\nshort",
        b"nonsense\r\n\r\n",
        b"",
        b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 4\r\n\r\nabcd",
    ],
    ids=["many-headers", "large-header", "short-body", "no-http", "nothing", "bad-gzip"],
)
async def test_answer_that_is_no_valid_http_is_away(answer: bytes) -> None:
    server = await raw_server(answer)
    port = server.sockets[0].getsockname()[1]
    guard = AddressGuard(parse_addresses(f"127.0.0.1:{port}"))
    async with create_session(guard, "Tocsin/test", 2) as session, server:
        error = await failure(Fetcher(session, utc_now, 3.0), f"http://127.0.0.1:{port}/")
    assert error.outcome == Outcome.AWAY


def redirect(target: str) -> Callable[[web.Request], Awaitable[web.Response]]:
    async def answer(_request: web.Request) -> web.Response:
        return web.Response(status=302, headers={"Location": target})

    return answer


@pytest.mark.parametrize(
    "target",
    [
        "http://169.254.169.254/latest/meta-data/",
        "http://127.0.0.1:1/",
        "http://127.1:1/",
        "http://2130706433:1/",
        "http://0x7f000001:1/",
        "http://0177.0.0.1:1/",
        "http://0:1/",
        "http://[::1]:1/",
        "http://[::ffff:127.0.0.1]:1/",
        "http://[::ffff:169.254.169.254]/",
        "http://localhost:1/",
        "http://①②⑦.⓪.⓪.①:1/",
        "http://user:password@93.184.216.34/",
        "file:///etc/passwd",
        "ftp://93.184.216.34/",
        "gopher://127.0.0.1/",
        "javascript:alert(1)",
    ],
)
async def test_redirect_to_what_is_not_public_is_forbidden(
    fetcher: Fetcher, server: OutletServer, target: str
) -> None:
    error = await failure(fetcher, server.publish("/away", redirect(target)))
    # aiohttp itself refuses some spellings of numbers before the guard sees them.
    assert error.outcome in {Outcome.FORBIDDEN, Outcome.REFUSED}
    assert error.is_final
    assert target not in error.reason


async def test_redirect_loop_ends(fetcher: Fetcher, server: OutletServer) -> None:
    url = server.publish("/loop", redirect("/loop"))
    assert (await failure(fetcher, url)).outcome == Outcome.REDIRECTS
    for number in range(10):
        server.publish(f"/hop/{number}", redirect(f"/hop/{number + 1}"))
    assert (await failure(fetcher, f"{server.root}/hop/0")).outcome == Outcome.REDIRECTS


async def test_redirect_is_followed_and_remembered(fetcher: Fetcher, server: OutletServer) -> None:
    server.publish("/new")
    url = server.publish("/old", redirect("/new"))
    fetched = await fetcher.fetch(url)
    assert fetched.url == f"{server.root}/new"
    assert fetched.hops == (url,)


@pytest.mark.parametrize(
    "url",
    ["http://127.0.0.1/" + "x" * 100_000, "http://[", "http://", "x", "http://:80"],
)
async def test_malformed_address_is_refused(fetcher: Fetcher, url: str) -> None:
    error = await failure(fetcher, url)
    assert error.outcome in {Outcome.REFUSED, Outcome.FORBIDDEN}
    assert error.is_final


@pytest.mark.parametrize(
    ("status", "outcome", "is_final"),
    [
        (404, Outcome.GONE, True),
        (410, Outcome.GONE, True),
        (401, Outcome.REFUSED, True),
        (418, Outcome.REFUSED, True),
        (206, Outcome.REFUSED, True),
        (429, Outcome.AWAY, False),
        (503, Outcome.AWAY, False),
    ],
)
async def test_status_decides_the_outcome(
    fetcher: Fetcher, server: OutletServer, status: int, outcome: Outcome, is_final: bool
) -> None:
    async def answer(_request: web.Request) -> web.Response:
        return web.Response(status=status, headers={"Retry-After": "7"})

    error = await failure(fetcher, server.publish("/status", answer))
    assert (error.outcome, error.is_final, error.status) == (outcome, is_final, status)
    assert error.retry_after_seconds == (7.0 if not is_final else None)


async def test_cookies_are_not_kept(fetcher: Fetcher, server: OutletServer) -> None:
    seen: list[str | None] = []

    async def answer(request: web.Request) -> web.Response:
        seen.append(request.headers.get("Cookie"))
        return web.Response(text="x", headers={"Set-Cookie": "a=b"})

    url = server.publish("/cookie", answer)
    await fetcher.fetch(url)
    await fetcher.fetch(url)
    assert seen == [None, None]


async def test_not_modified_is_an_answer(fetcher: Fetcher, server: OutletServer) -> None:
    async def answer(request: web.Request) -> web.Response:
        assert request.headers["If-None-Match"] == '"1"'
        return web.Response(status=304)

    url = server.publish("/same", answer)
    assert (await fetcher.fetch(url, {"If-None-Match": '"1"'})).is_unchanged


def test_limit_fits_what_the_parsers_take() -> None:
    assert MAX_BODY_BYTES < 20_000_000  # trafilatura refuses more
