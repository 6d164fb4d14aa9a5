"""How the sources of each kind are asked what is new.

Every collector has one shape: it is made with what it needs and, for one poll of a source,
yields the documents that it fetched with what each lists. What is listed goes to the
frontier; pages are fetched from there. A new kind of source is a function and a line below.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import ParamSpec, Protocol, TypeVar

from services.ingest.feeds import Feed, parse_feed
from services.ingest.fetched import Fetched
from services.ingest.fetcher import Fetcher
from services.ingest.front_page import parse_front_page
from services.ingest.outcomes import FetchError, Outcome
from services.ingest.registry import Source
from services.ingest.sandbox import Sandbox, SandboxAwayError, SandboxError
from services.ingest.site_rules import SiteRules
from services.ingest.sitemaps import parse_sitemap
from services.ingest.source_states import SourceState
from shared.events import SourceKind

P = ParamSpec("P")
R = TypeVar("R")

MAX_SITEMAPS = 20  # of an index in one poll, the newest; their pages are bounded again
# A child that changed shortly before the last good poll may have been read half written.
CHANGED_SINCE = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class Listing:
    """A fetched document and the entries in it; no feed where nothing has changed."""

    fetched: Fetched
    feed: Feed | None


class Collector(Protocol):
    """Asks one source once; FetchError says why it cannot be read."""

    def __call__(self, source: Source, state: SourceState) -> AsyncIterator[Listing]:
        """Yield what was fetched, the document at the source's own address first."""


@dataclass(frozen=True, slots=True)
class Web:
    """What collectors of the web need: fetching by the site's rules, parsing under limits."""

    fetcher: Fetcher
    sandbox: Sandbox
    rules: SiteRules

    async def fetch(self, url: str, conditions: Mapping[str, str] | None = None) -> Fetched:
        """Return the answer to a request that the site allows."""
        await self.rules.check(url)
        await self.rules.turn(url)
        return await self.fetcher.fetch(url, conditions)

    async def parse(self, function: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
        """Return function(*args); FetchError where the answer lists nothing readable."""
        try:
            return await self.sandbox.run(function, *args, **kwargs)
        except SandboxError as error:
            reason = f"The answer cannot be read as a list of articles: {error}."
            raise FetchError(Outcome.UNREADABLE, reason) from error
        except SandboxAwayError as error:
            raise FetchError(Outcome.AWAY, str(error), is_ours=True) from error


def feeds(web: Web) -> Collector:
    """Return the collector of RSS, Atom, RDF and JSON feeds."""

    async def collect(source: Source, state: SourceState) -> AsyncIterator[Listing]:
        fetched = await web.fetch(source.url, state.conditions)
        if is_unchanged(fetched, state):
            yield Listing(fetched, None)
            return
        content_type = fetched.header("content-type") or ""
        yield Listing(fetched, await web.parse(parse_feed, fetched.body, fetched.url, content_type))

    return collect


def front_pages(web: Web) -> Collector:
    """Return the collector of pages that list articles."""

    async def collect(source: Source, state: SourceState) -> AsyncIterator[Listing]:
        fetched = await web.fetch(source.url, state.conditions)
        if is_unchanged(fetched, state):
            yield Listing(fetched, None)
            return
        pattern = source.link_pattern or ""
        feed = await web.parse(
            parse_front_page, fetched.body, fetched.url, fetched.charset, pattern
        )
        yield Listing(fetched, feed)

    return collect


def sitemaps(web: Web) -> Collector:
    """Return the collector of sitemaps, news sitemaps, and indices of them."""

    async def collect(source: Source, state: SourceState) -> AsyncIterator[Listing]:
        # Unconditional: an index without dates stays the same while its children change.
        waiting = [source.url]
        asked: set[str] = set()
        while waiting and len(asked) <= MAX_SITEMAPS:
            url = waiting.pop(0)
            if url in asked:
                continue  # an index may name itself
            asked.add(url)
            fetched = await web.fetch(url)
            found = await web.parse(parse_sitemap, fetched.body, fetched.url, source.link_pattern)
            yield Listing(fetched, found.feed)
            since = state.last_success_at
            waiting += [
                child
                for child, changed_at in found.children
                if since is None or changed_at is None or changed_at > since - CHANGED_SINCE
            ]

    return collect


COLLECTORS: Mapping[SourceKind, Callable[[Web], Collector]] = {
    SourceKind.FEED: feeds,
    SourceKind.PAGE: front_pages,
    SourceKind.SITEMAP: sitemaps,
}


def collectors(web: Web) -> dict[SourceKind, Collector]:
    """Return the collector of every kind of source that is polled."""
    return {kind: make(web) for kind, make in COLLECTORS.items()}


def is_unchanged(fetched: Fetched, state: SourceState) -> bool:
    """Tell whether the server or the bytes say that nothing is new."""
    return fetched.is_unchanged or fetched.sha256 == state.feed_sha256
