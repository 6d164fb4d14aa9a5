"""From a page that was read to the event about it; and whether there is anything to tell.

The revision of an item grows only when the text that the event carries changes.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import orjson

from services.ingest import extract
from services.ingest.authors import author_of
from services.ingest.dates import parse_date
from services.ingest.domains import honoured_canonical
from services.ingest.event_time import Stated, event_time
from services.ingest.extract import Extracted
from services.ingest.fetched import Fetched
from services.ingest.outcomes import Outcome
from services.ingest.registry import RegisteredOutlet
from services.ingest.targets import Target
from services.ingest.text import cut_utf8
from shared.events import (
    Capture,
    EventAtSource,
    Extraction,
    Heard,
    Image,
    MediaItemIngested,
    Source,
)
from shared.ids import InvalidUrlError, item_id, text_sha256

# As JSON. With links, title and the rest an event stays below its 600 000 bytes.
MAX_TEXT_BYTES = 500_000

Pseudonym = Callable[[str], str]


@dataclass(frozen=True, slots=True)
class PageRead:
    """A page with its article, before its evidence is written."""

    target: Target
    outlet: RegisteredOutlet
    fetched: Fetched
    extracted: Extracted


@dataclass(frozen=True, slots=True)
class Draft:
    """An item that lacks only its revision.

    `other_id` is the id by the final address where `item_id` is by the canonical one.
    """

    item_id: str
    other_id: str | None
    outlet_id: str
    text_sha256: str
    full_text: str | None
    fields: dict[str, Any]

    def by_address(self) -> Draft:
        """Return the draft under its final address, without the canonical one."""
        fields = {**self.fields, "canonical_url": None}
        return replace(self, item_id=self.other_id or self.item_id, other_id=None, fields=fields)

    def event(self, revision: int) -> MediaItemIngested:
        """Return the event of this draft as *revision*."""
        return MediaItemIngested(item_id=self.item_id, revision=revision, **self.fields)


@dataclass(frozen=True, slots=True)
class Stored:
    """What the store has of an item; `removed` is the scope of its removal, if any."""

    item_id: str
    outlet_id: str | None
    revision: int
    text_sha256: str | None
    removed: str | None = None


def draft_item(page: PageRead, capture: Capture, pseudonym: Pseudonym) -> Draft:
    """Return the item that *page* makes; InvalidUrlError where its address has no identity."""
    target, found, fetched = page.target, page.extracted, page.fetched
    canonical = honoured_canonical(fetched.url, found.canonical_url)
    by_address = item_id(fetched.url)
    identity = _identity(canonical) or by_address
    when = event_time(
        stated_time(target.published_at, found.published_at, fetched.header("last-modified")),
        fetched.fetched_at,
        target.collection,
        target.previous_success_at,
    )
    text = fit_text(found.text)
    digest = text_sha256(text)
    return Draft(
        item_id=identity,
        other_id=by_address if by_address != identity else None,
        outlet_id=target.outlet_id,
        text_sha256=digest,
        full_text=found.text if len(text) < len(found.text) else None,
        fields={
            "outlet": page.outlet.outlet_as_of(when.event_at.date()),
            "source": Source(
                source_id=target.source_id, kind=target.kind, native_id=target.native_id
            ),
            "url": fetched.url,
            "canonical_url": canonical,
            "captures": (capture,),
            "title": found.title or target.title,
            "text": text,
            "text_sha256": digest,
            "text_truncated": len(text) < len(found.text),
            "section": found.section,
            "language_hint": found.language_hint,
            "links": found.links,
            "images": tuple(Image(url=url, alt=alt) for url, alt in found.images),
            "author": author_of(found.author, page.outlet.name, found.site_name, pseudonym),
            "published_at": when.published_at,
            "event_at": when.event_at,
            "event_at_source": when.event_at_source,
            "date_disputed": when.date_disputed,
            "fetched_at": fetched.fetched_at,
            "collection": target.collection,
            "heard": Heard.READ,
            "extraction": Extraction(
                tool=extract.TOOL, version=extract.VERSION, method=found.method
            ),
        },
    )


def decide(stored: Stored | None, draft: Draft) -> tuple[Outcome, int]:
    """Return the outcome of *draft* beside what is stored, and the revision it then has."""
    if stored is None:
        return Outcome.INGESTED, 1
    if stored.removed is not None and stored.removed != "author":
        return Outcome.REMOVED, stored.revision
    if stored.revision == 0:
        return Outcome.INGESTED, 1
    if stored.outlet_id != draft.outlet_id or stored.text_sha256 == draft.text_sha256:
        return Outcome.UNCHANGED, stored.revision
    return Outcome.INGESTED, stored.revision + 1


def stated_time(
    feed: datetime | None, page: datetime | None, last_modified: str | None
) -> Stated | None:
    """Return the publication time by the best witness: the feed, the page, the header."""
    header = parse_date(last_modified)
    for published_at, where in (
        (feed, EventAtSource.FEED),
        (page, EventAtSource.PAGE),
        (header, EventAtSource.HEADER),
    ):
        if published_at is not None:
            return Stated(published_at, where)
    return None


def fit_text(text: str, limit_bytes: int = MAX_TEXT_BYTES) -> str:
    """Return the longest beginning of *text*, about, that fits *limit_bytes* as JSON."""
    while (size := len(orjson.dumps(text))) > limit_bytes:
        text = cut_utf8(text, int(len(text.encode()) * limit_bytes / size * 0.98))
    return text


def _identity(canonical_url: str | None) -> str | None:
    try:
        return item_id(canonical_url) if canonical_url else None
    except InvalidUrlError:
        return None
