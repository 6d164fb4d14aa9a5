"""Asks an outlet's sources once, as ingest would, and says what would come of it.

Nothing is stored and nothing is published. A few pages are enough to see whether the
articles are found, dated and read.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from services.ingest.collectors import COLLECTORS, Web
from services.ingest.discovery import targets
from services.ingest.items import PageRead, stated_time
from services.ingest.outcomes import FetchError
from services.ingest.reader import Reader
from services.ingest.registry import RegisteredOutlet, Source
from services.ingest.source_states import EPOCH, SourceState
from services.ingest.targets import Poll, Target
from shared.events import Collection

PAGES = 3


@dataclass(frozen=True, slots=True)
class PageTrial:
    """One page: its title, its date and the size of its text, or why there is none."""

    url: str
    title: str | None = None
    published_at: datetime | None = None
    characters: int = 0
    language: str | None = None
    problem: str = ""


@dataclass(frozen=True, slots=True)
class SourceTrial:
    """One source: how many articles it lists, and the first of them; or why it cannot be read."""

    source: Source
    listed: int = 0
    pages: list[PageTrial] = field(default_factory=list)
    problem: str = ""

    @property
    def is_readable(self) -> bool:
        """Tell whether articles came of it."""
        return any(not page.problem for page in self.pages)


async def try_source(
    web: Web, outlet: RegisteredOutlet, source: Source, now: Callable[[], datetime]
) -> SourceTrial:
    """Return what one poll of *source* finds, with its first pages read."""
    blank = SourceState(source.source_id, EPOCH, None, None, None, None, None, has_work=False)
    poll = Poll(source.source_id, outlet.outlet_id, Collection.BACKFILL, None, now(), source.kind)
    found: dict[str, Target] = {}
    try:
        async for listing in COLLECTORS[source.kind](web)(source, blank):
            if listing.feed is not None:
                found |= targets(listing.feed, poll)[0]
            if len(found) >= PAGES:
                break
    except FetchError as error:
        return SourceTrial(source, problem=error.reason)
    reader = Reader(web.fetcher, web.sandbox, web.rules)
    pages = [await _page(reader, one, outlet) for one in list(found.values())[:PAGES]]
    problem = "" if found else "It can be read, and lists no article."
    return SourceTrial(source, len(found), pages, problem)


async def _page(reader: Reader, target: Target, outlet: RegisteredOutlet) -> PageTrial:
    reading = await reader.read(target, outlet)
    if not isinstance(reading, PageRead):
        return PageTrial(target.url, target.title, problem=reading.error.reason)
    found = reading.extracted
    when = stated_time(
        target.published_at, found.published_at, reading.fetched.header("last-modified")
    )
    return PageTrial(
        url=reading.fetched.url,
        title=found.title or target.title,
        published_at=when.published_at if when else None,
        characters=len(found.text),
        language=found.language_hint,
    )
