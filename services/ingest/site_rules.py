"""The rules of each site, asked once a day: what we may read there, and how slowly.

A site whose robots.txt cannot be had (5xx, no answer) is left alone until it can, as
RFC 9309 asks; one without the file may be read. The demonstration's own addresses have
no rules, and no pauses unless a test asks for them.
"""

from __future__ import annotations

import asyncio
import time
from collections import OrderedDict
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from urllib.parse import urlsplit, urlunsplit

from services.ingest.fetcher import Fetcher
from services.ingest.outcomes import FetchError, Outcome
from services.ingest.robots import EVERYTHING, NOTHING, Robots, parse_robots
from shared.addresses import Addresses

MAX_ROBOTS_BYTES = 500 * 1024  # the least that RFC 9309 asks readers to accept
KEPT = timedelta(hours=24)
KEPT_WHILE_AWAY = timedelta(minutes=10)
MAX_SITES = 5_000
WITHOUT_RULES = frozenset({401, 403, 404, 410})  # "unavailable" in the RFC: no rules
HOST_PAUSE_SECONDS = 5.0
REQUESTS_PER_HOST = 1
# Its pages wait for a parser among those of others: more would let one host fill the places of all.
REQUESTS_PER_ALLOWED_HOST = 10


@dataclass(frozen=True, slots=True)
class Site:
    """The rules of one site, until when; `away` is why they could not be had."""

    robots: Robots
    until_at: datetime
    away: FetchError | None = None


@dataclass(slots=True)
class Turn:
    """When a host may be asked again (seconds of the monotonic clock), and who is next."""

    ready_at: float = 0.0
    next: asyncio.Lock = field(default_factory=asyncio.Lock)


@dataclass(slots=True)
class SiteRules:
    """Robots rules by site, fetched when first needed."""

    fetcher: Fetcher
    allowed: Addresses
    allowed_pause_seconds: float = 0.0
    _sites: OrderedDict[str, Site] = field(default_factory=OrderedDict)
    _asking: dict[str, asyncio.Lock] = field(default_factory=dict)
    _turns: OrderedDict[str, Turn] = field(default_factory=OrderedDict)
    _allowed_hosts: frozenset[str] = field(init=False)

    def __post_init__(self) -> None:
        self._allowed_hosts = frozenset(
            f"[{host}]:{port}" if ":" in host else f"{host}:{port}" for host, port in self.allowed
        )

    async def check(self, url: str) -> None:
        """Raise FetchError where the site does not want *url* read, or cannot say so."""
        if self.is_allowed(url):
            return
        site = await self._site(url)
        if site.away is not None:
            raise site.away
        if not site.robots.allows(url):
            raise FetchError(Outcome.ROBOTS, "The site's robots.txt asks not to read this.")

    async def turn(self, url: str) -> None:
        """Return when the host of *url* may be asked: a pause after the request before.

        Lists, pages and robots.txt take turns, so that nothing is asked in between.
        """
        pause = self.pause_seconds(url)
        if not pause:
            return
        turn = self._turns.setdefault(urlsplit(url).netloc.lower(), Turn())
        async with turn.next:
            await asyncio.sleep(max(0.0, turn.ready_at - time.monotonic()))
            turn.ready_at = time.monotonic() + pause
        while len(self._turns) > MAX_SITES:
            self._turns.popitem(last=False)

    def pause_seconds(self, url: str) -> float:
        """Return the pause to keep between two requests to the host of *url*."""
        if self.is_allowed(url):
            return self.allowed_pause_seconds
        site = self._sites.get(_root(url))
        return max(HOST_PAUSE_SECONDS, site.robots.delay_seconds if site else 0.0)

    def requests_per_host(self, host: str) -> int:
        """Return how many requests may be under way at *host* (with its port) at once."""
        return REQUESTS_PER_ALLOWED_HOST if host in self._allowed_hosts else REQUESTS_PER_HOST

    def is_allowed(self, url: str) -> bool:
        """Tell whether *url* is at one of the demonstration's addresses."""
        return urlsplit(url).netloc in self._allowed_hosts

    async def _site(self, url: str) -> Site:
        root = _root(url)
        async with self._asking.setdefault(root, asyncio.Lock()):
            site = self._sites.get(root)
            if site is None or site.until_at <= self.fetcher.now():
                site = await self._ask(root)
                self._sites[root] = site
                self._forget_oldest()
        return site

    async def _ask(self, root: str) -> Site:
        now = self.fetcher.now()
        await self.turn(root)
        try:
            fetched = await self.fetcher.fetch(f"{root}/robots.txt", max_bytes=MAX_ROBOTS_BYTES)
        except FetchError as error:
            return _without_answer(error, now)
        return Site(parse_robots(fetched.body.decode("utf-8", "replace")), now + KEPT)

    def _forget_oldest(self) -> None:
        while len(self._sites) > MAX_SITES:
            root, _ = self._sites.popitem(last=False)
            self._asking.pop(root, None)


def _without_answer(error: FetchError, now: datetime) -> Site:
    if error.status in WITHOUT_RULES or error.outcome == Outcome.REFUSED:
        return Site(EVERYTHING, now + KEPT)
    if error.outcome == Outcome.TOO_LARGE:
        return Site(NOTHING, now + KEPT)
    return Site(NOTHING, now + KEPT_WHILE_AWAY, away=error)


def _root(url: str) -> str:
    parts = urlsplit(url)
    return urlunsplit((parts.scheme, parts.netloc, "", "", ""))
