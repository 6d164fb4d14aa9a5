"""Which of the pages that a source lists are to be read: new ones, and those that changed."""

from __future__ import annotations

from dataclasses import replace

from services.ingest.feeds import Feed
from services.ingest.page_store import PageStore
from services.ingest.targets import Poll, Target, target_of
from shared import metrics
from shared.urls import InvalidUrlError


async def discover(feed: Feed, poll: Poll, pages: PageStore) -> list[Target]:
    """Put what is new in *feed* on the work list, and return it."""
    found, nameless = targets(feed, poll)
    skipped = metrics.INGEST_ENTRIES_SKIPPED_TOTAL
    skipped.labels("without_address").inc(feed.without_address + nameless)
    skipped.labels("beyond_limit").inc(feed.beyond_limit)
    known = await pages.known_entries(list(found))
    unread = [
        replace(target, known=known[entry_id].known) if entry_id in known else target
        for entry_id, target in found.items()
        if entry_id not in known or known[entry_id].digest != target.digest
    ]
    await pages.discover(unread)
    return unread


def targets(feed: Feed, poll: Poll) -> tuple[dict[str, Target], int]:
    """Return the pages of *feed* by id, and how many addresses have no identity."""
    found: dict[str, Target] = {}
    nameless = 0
    for entry in feed.entries:
        try:
            target = target_of(entry, poll)
        except InvalidUrlError:
            nameless += 1
        else:
            found.setdefault(target.entry_id, target)
    return found, nameless
