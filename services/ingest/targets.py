"""A page to be read: one line of the frontier, from its discovery to its outcome."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from hashlib import sha256
from urllib.parse import urlsplit

from services.ingest.feeds import Entry
from shared.events import Collection, SourceKind
from shared.urls import normalise_url

ENTRY_ID_LENGTH = 32


@dataclass(frozen=True, slots=True)
class Known:
    """What an earlier reading left, so that an unchanged page is neither sent nor parsed."""

    etag: str | None = None
    last_modified: str | None = None
    raw_sha256: str | None = None
    item_id: str | None = None
    revision: int = 0
    """The newest revision that is known to be published; 0 means none."""


@dataclass(frozen=True, slots=True)
class Target:
    """What the feed said of a page, and in which poll.

    `previous_success_at` is the source's good poll before the one that listed the page.
    """

    entry_id: str
    source_id: str
    outlet_id: str
    url: str
    native_id: str | None
    title: str | None
    published_at: datetime | None
    digest: str
    collection: Collection
    previous_success_at: datetime | None
    discovered_at: datetime
    kind: SourceKind = SourceKind.FEED
    known: Known = Known()
    attempts: int = 0
    next_at: datetime | None = None

    @property
    def host(self) -> str:
        """Return the host and port by which politeness is counted."""
        return urlsplit(self.url).netloc.lower()

    def delayed(self, until: datetime) -> Target:
        """Return the target after one more attempt in vain."""
        return replace(self, attempts=self.attempts + 1, next_at=until)


@dataclass(frozen=True, slots=True)
class Poll:
    """The circumstances in which a feed was read."""

    source_id: str
    outlet_id: str
    collection: Collection
    previous_success_at: datetime | None
    polled_at: datetime
    kind: SourceKind = SourceKind.FEED


def entry_id(outlet_id: str, url: str) -> str:
    """Return the id of a page of an outlet; InvalidUrlError where the address has none."""
    return sha256(f"{outlet_id}\n{normalise_url(url)}".encode()).hexdigest()[:ENTRY_ID_LENGTH]


def target_of(entry: Entry, poll: Poll) -> Target:
    """Return what is to be read for *entry*; InvalidUrlError where its address has no identity."""
    return Target(
        entry_id=entry_id(poll.outlet_id, entry.url),
        source_id=poll.source_id,
        outlet_id=poll.outlet_id,
        url=entry.url,
        native_id=entry.native_id,
        title=entry.title,
        published_at=entry.published_at,
        digest=entry.digest,
        collection=poll.collection,
        previous_success_at=poll.previous_success_at,
        discovered_at=poll.polled_at,
        kind=poll.kind,
    )
