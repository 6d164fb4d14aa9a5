"""What a medium published, as it was read: text, times, provenance, and no judgement yet."""

from typing import ClassVar, Self

from pydantic import model_validator

from shared import topics
from shared.events.event import Event
from shared.events.fields import Count, Id, Part, Quantity, Revision, Sha256, Share, Span, UtcTime
from shared.events.outlet import Outlet, Source
from shared.events.terms import Collection, EventAtSource, Heard

# The analysed event holds the whole item; this leaves a third of the message to the analysis.
MAX_INGESTED_BYTES = 600_000


class Capture(Part):
    """One piece of evidence behind the text; the id says where the raw bytes lie."""

    capture_id: Id
    raw_sha256: Sha256
    media_type: str
    size_bytes: Count
    fetched_at: UtcTime


class Image(Part):
    """A picture that the page shows, by address."""

    url: str
    alt: str = ""


class Author(Part):
    """Who signed. A private person has a pseudonym only; an institution may be shown by name."""

    display: str | None = None
    pseudonym: str | None = None
    is_institution: bool = False


class Segment(Span):
    """A stretch of a transcript with its place in the recording."""

    segment_id: Id
    start_seconds: Quantity
    end_seconds: Quantity
    speaker: str | None = None
    confidence: Share | None = None

    @model_validator(mode="after")
    def _seconds_ordered(self) -> Self:
        if self.end_seconds < self.start_seconds:
            raise ValueError("a segment ends in the recording before it starts")
        return self


class Social(Part):
    """What a post on a platform has beyond its text."""

    platform: str
    account: str
    reply_to: str | None = None
    shared_urls: tuple[str, ...] = ()


class Extraction(Part):
    """What made the text out of the raw bytes."""

    tool: str
    version: str
    method: str


class MediaItemIngested(Event):
    """An item, or a new wording of it, was read and its evidence kept."""

    TYPE: ClassVar[str] = "media.item.ingested.v1"
    TOPIC: ClassVar[topics.Topic] = topics.MEDIA_ITEMS
    MAX_BYTES: ClassVar[int] = MAX_INGESTED_BYTES

    item_id: Id
    revision: Revision
    """From 1, and one more only when `text_sha256` changes."""
    outlet: Outlet
    source: Source
    url: str | None = None
    canonical_url: str | None = None
    captures: tuple[Capture, ...] = ()
    title: str | None = None
    text: str
    text_sha256: Sha256
    text_truncated: bool = False
    section: str | None = None
    language_hint: str | None = None
    links: tuple[str, ...] = ()
    images: tuple[Image, ...] = ()
    author: Author = Author()
    published_at: UtcTime | None = None
    event_at: UtcTime
    event_at_source: EventAtSource
    date_disputed: bool = False
    fetched_at: UtcTime
    collection: Collection
    segments: tuple[Segment, ...] = ()
    social: Social | None = None
    heard: Heard
    extraction: Extraction
    restricted: bool = False
    submitted_by: Id | None = None

    @property
    def subject(self) -> str:
        """The item."""
        return self.item_id

    @property
    def sequence(self) -> int:
        """The revision of the text."""
        return self.revision
