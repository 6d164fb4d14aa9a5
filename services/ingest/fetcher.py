"""Fetches one address: every hop checked, every byte counted, every second limited.

Decoded bytes are counted, so a compressed bomb ends at the limit; one deadline holds for
the whole exchange with its redirects. Nothing is remembered between requests: no cookies,
no credentials, no proxies from the environment.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from urllib.parse import urljoin

import aiohttp
from yarl import URL

from services.ingest.fetched import Fetched, Headers
from services.ingest.guard import AddressGuard, forbidden
from services.ingest.outcomes import FetchError, Outcome
from services.ingest.retry_after import retry_after_seconds

MAX_HOPS = 5
MAX_ADDRESS = 2_000
MAX_BODY_BYTES = 8 * 1024 * 1024
CHUNK_BYTES = 64 * 1024
MAX_HEADER_LINE = 8_190
MAX_HEADERS = 100
EXCHANGE_SECONDS = 30.0
CONNECT_SECONDS = 10.0
SILENCE_SECONDS = 15.0

OK = 200
NOT_MODIFIED = 304
REDIRECTS = frozenset({301, 302, 303, 307, 308})
GONE = frozenset({404, 410})
# Answers that may be different next time; 403 is here because sites block in bursts.
PASSING = frozenset({403, 408, 421, 425, 429, 500, 502, 503, 504, 520, 521, 522, 523, 524, 530})

ACCEPT = "text/html,application/xhtml+xml,application/atom+xml,application/rss+xml,*/*;q=0.5"


@dataclass(frozen=True, slots=True)
class Fetcher:
    """Fetches with one session; *now* gives aware UTC times."""

    session: aiohttp.ClientSession
    now: Callable[[], datetime]
    exchange_seconds: float = EXCHANGE_SECONDS

    async def fetch(
        self,
        url: str,
        conditions: Mapping[str, str] | None = None,
        max_bytes: int = MAX_BODY_BYTES,
    ) -> Fetched:
        """Return the answer (200, or 304 to *conditions*); FetchError for everything else."""
        try:
            async with asyncio.timeout(self.exchange_seconds):
                return await self._follow(url, dict(conditions or {}), max_bytes)
        except TimeoutError as error:
            raise _away("The server did not answer in full within the time limit.") from error
        except aiohttp.InvalidURL as error:
            raise FetchError(Outcome.REFUSED, "The address is malformed.") from error
        except aiohttp.ClientConnectorError as error:
            raise forbidden(error) or _away("No connection to the server.") from error
        except (aiohttp.ClientError, OSError, ValueError) as error:
            raise _away("The server's answer broke off or is not valid HTTP.") from error

    async def _follow(self, url: str, conditions: dict[str, str], max_bytes: int) -> Fetched:
        hops: list[str] = []
        while True:
            answer = await self._request(_checked(url), conditions, max_bytes, tuple(hops))
            if isinstance(answer, Fetched):
                return answer
            hops.append(url)
            url = urljoin(url, answer)
            if len(hops) > MAX_HOPS or url in hops:
                raise FetchError(Outcome.REDIRECTS, "The address redirects in a loop.")

    async def _request(
        self, url: URL, conditions: dict[str, str], max_bytes: int, hops: tuple[str, ...]
    ) -> Fetched | str:
        """Return the answer, or where it redirects to."""
        async with self.session.get(url, headers=conditions, allow_redirects=False) as response:
            if response.status in REDIRECTS:
                return _location(response)
            if response.status not in {OK, NOT_MODIFIED}:
                raise _unusable(response, self.now())
            body = await _read(response, max_bytes)
            return Fetched(
                url=str(url),
                status=response.status,
                headers=_decoded(response.raw_headers),
                body=body,
                sha256=sha256(body).hexdigest(),
                fetched_at=self.now(),
                request_line=f"GET {url.raw_path_qs} HTTP/1.1",
                request_headers=tuple(response.request_info.headers.items()),
                hops=hops,
            )


def create_session(guard: AddressGuard, user_agent: str, connections: int) -> aiohttp.ClientSession:
    """Return a session that connects through *guard* and keeps nothing between requests."""
    connector = aiohttp.TCPConnector(
        limit=connections,
        limit_per_host=connections,
        socket_factory=guard.create_socket,
        ttl_dns_cache=60,
    )
    timeout = aiohttp.ClientTimeout(
        total=EXCHANGE_SECONDS, sock_connect=CONNECT_SECONDS, sock_read=SILENCE_SECONDS
    )
    return aiohttp.ClientSession(
        connector=connector,
        timeout=timeout,
        cookie_jar=aiohttp.DummyCookieJar(),
        headers={"User-Agent": user_agent, "Accept": ACCEPT, "Accept-Encoding": "gzip, br"},
        max_line_size=MAX_HEADER_LINE,
        max_field_size=MAX_HEADER_LINE,
        max_headers=MAX_HEADERS,
        trust_env=False,
    )


def _checked(url: str) -> URL:
    """Return *url* for the client; FetchError for what is no plain web address."""
    if len(url) > MAX_ADDRESS:
        raise FetchError(Outcome.REFUSED, "The address is longer than 2 000 characters.")
    try:
        parsed = URL(url)
    except ValueError as error:
        raise FetchError(Outcome.REFUSED, "The address is malformed.") from error
    if parsed.scheme not in {"http", "https"} or not parsed.host:
        raise FetchError(Outcome.FORBIDDEN, "Only http and https addresses are fetched.")
    if parsed.user is not None or parsed.password is not None:
        raise FetchError(Outcome.FORBIDDEN, "Addresses with a user or password are not fetched.")
    return parsed.with_fragment(None)


def _location(response: aiohttp.ClientResponse) -> str:
    location = response.headers.get("Location")
    if not location:
        raise FetchError(Outcome.REDIRECTS, "A redirect without a target.")
    return location


async def _read(response: aiohttp.ClientResponse, max_bytes: int) -> bytes:
    """Return the decoded body, or FetchError as soon as it exceeds *max_bytes*."""
    chunks: list[bytes] = []
    size = 0
    async for chunk in response.content.iter_chunked(CHUNK_BYTES):
        size += len(chunk)
        if size > max_bytes:
            response.close()
            raise FetchError(
                Outcome.TOO_LARGE, f"The answer is larger than {max_bytes // 1024} KiB."
            )
        chunks.append(chunk)
    return b"".join(chunks)


def _unusable(response: aiohttp.ClientResponse, now: datetime) -> FetchError:
    status = response.status
    if status in GONE:
        reason = f"The server answered {status}: the page is not there."
        return FetchError(Outcome.GONE, reason, status=status)
    if status in PASSING:
        pause = retry_after_seconds(response.headers.get("Retry-After"), now)
        return _away(f"The server answered {status}.", pause, status)
    return FetchError(Outcome.REFUSED, f"The server answered {status}.", status=status)


def _away(reason: str, retry_after: float | None = None, status: int | None = None) -> FetchError:
    return FetchError(
        Outcome.AWAY, reason, is_final=False, retry_after_seconds=retry_after, status=status
    )


def _decoded(headers: tuple[tuple[bytes, bytes], ...]) -> Headers:
    return tuple((name.decode("latin-1"), value.decode("latin-1")) for name, value in headers)
