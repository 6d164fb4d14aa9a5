"""An item that a person handed in, and an item that must go."""

from typing import ClassVar

from shared import topics
from shared.events.decisions import RemovalScope
from shared.events.event import Event
from shared.events.fields import Id, UtcTime
from shared.events.item import Author, Capture, Image, Segment, Social
from shared.events.terms import Heard


class ItemSubmitted(Event):
    """A person handed in an item by hand; ingest decides what becomes of it."""

    TYPE: ClassVar[str] = "item.submitted.v1"
    TOPIC: ClassVar[topics.Topic] = topics.SUBMISSIONS

    submission_id: Id
    outlet_id: Id | None = None
    native_id: Id | None = None
    url: str | None = None
    captures: tuple[Capture, ...] = ()
    title: str | None = None
    text: str | None = None
    section: str | None = None
    language_hint: str | None = None
    links: tuple[str, ...] = ()
    images: tuple[Image, ...] = ()
    author: Author = Author()
    published_at: UtcTime | None = None
    segments: tuple[Segment, ...] = ()
    social: Social | None = None
    heard: Heard = Heard.READ
    restricted: bool = False
    actor_id: Id
    corrects_item_id: Id | None = None

    @property
    def subject(self) -> str:
        """The submission."""
        return self.submission_id

    @property
    def sequence(self) -> int:
        """Always 1: a submission is made once, and a correction of it is another one."""
        return 1


class ItemRemoved(Event):
    """A person decided that an item, its text or its author must go from every store."""

    TYPE: ClassVar[str] = "item.removed.v1"
    TOPIC: ClassVar[topics.Topic] = topics.REMOVALS

    item_id: Id
    scope: RemovalScope
    reason_code: str
    actor_id: Id
    recorded_at: UtcTime

    @property
    def subject(self) -> str:
        """The item."""
        return self.item_id

    @property
    def sequence(self) -> str:
        """Scope and time: what was removed in part may later be removed whole."""
        return f"{self.scope}|{self.recorded_at.isoformat()}"
