"""Reads one feed: robots, fetch, parse in the sandbox, and which of its pages are to be read."""

from __future__ import annotations

from dataclasses import dataclass, replace

from services.ingest.feeds import Feed, parse_feed
from services.ingest.fetched import Fetched
from services.ingest.fetcher import Fetcher
from services.ingest.outcomes import FetchError, Outcome
from services.ingest.page_store import PageStore
from services.ingest.sandbox import Sandbox, SandboxAwayError, SandboxError
from services.ingest.site_rules import SiteRules
from services.ingest.source_states import SourceState
from services.ingest.targets import Poll, Target, target_of
from shared import metrics
from shared.urls import InvalidUrlError


@dataclass(frozen=True, slots=True)
class FeedReader:
    """Reads feeds of sources; FetchError says why one cannot be read."""

    fetcher: Fetcher
    sandbox: Sandbox
    rules: SiteRules
    pages: PageStore

    async def read(self, url: str, state: SourceState) -> tuple[Fetched, Feed | None]:
        """Return the answer and the feed in it, or None where nothing has changed."""
        await self.rules.check(url)
        fetched = await self.fetcher.fetch(url, state.conditions)
        if fetched.is_unchanged or fetched.sha256 == state.feed_sha256:
            return fetched, None
        content_type = fetched.header("content-type") or ""
        try:
            feed = await self.sandbox.run(parse_feed, fetched.body, fetched.url, content_type)
        except SandboxError as error:
            reason = f"The answer cannot be read as a feed: {error}."
            raise FetchError(Outcome.UNREADABLE, reason) from error
        except SandboxAwayError as error:
            raise FetchError(Outcome.AWAY, str(error), is_ours=True) from error
        return fetched, feed

    async def unread(self, feed: Feed, poll: Poll) -> list[Target]:
        """Return the pages of *feed* that were never read, or of which it now says more."""
        targets, nameless = _targets(feed, poll)
        skipped = metrics.INGEST_ENTRIES_SKIPPED_TOTAL
        skipped.labels("without_address").inc(feed.without_address + nameless)
        skipped.labels("beyond_limit").inc(feed.beyond_limit)
        known = await self.pages.known_entries(list(targets))
        return [
            replace(target, known=known[entry_id].known) if entry_id in known else target
            for entry_id, target in targets.items()
            if entry_id not in known or known[entry_id].digest != target.digest
        ]


def _targets(feed: Feed, poll: Poll) -> tuple[dict[str, Target], int]:
    """Return the targets by id, and how many addresses have no identity."""
    targets: dict[str, Target] = {}
    nameless = 0
    for entry in feed.entries:
        try:
            target = target_of(entry, poll)
        except InvalidUrlError:
            nameless += 1
        else:
            targets.setdefault(target.entry_id, target)
    return targets, nameless
