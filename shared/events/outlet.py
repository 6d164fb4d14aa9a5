"""Who speaks: an outlet with its owner, and how its output compares with what was expected."""

from datetime import date
from typing import Annotated, ClassVar

from pydantic import Field

from shared import topics
from shared.events.event import Event
from shared.events.fields import Count, Country, Id, Part, Quantity, UtcTime
from shared.events.terms import (
    Health,
    Medium,
    OutletBase,
    OutletStatus,
    OwnerKind,
    SourceKind,
)

MAX_UNUSABLE_DAYS = 90  # what a baseline looks back over


class Source(Part):
    """One way by which an outlet's items come in."""

    source_id: Id
    kind: SourceKind
    native_id: Id | None = None
    """The id that the source itself gave to an item; null for the source as such."""


class Outlet(Part):
    """An outlet as it was known on a day: ownership and control change and are dated facts."""

    outlet_id: Id
    name: str
    country: Country
    owner_id: Id | None = None
    owner_kind: OwnerKind
    controlled_by: str | None = None
    base: OutletBase
    facts_source: str | None = None
    """Where the facts about owner and control were read."""
    medium: Medium
    languages: tuple[str, ...] = ()


class OutletState(Outlet):
    """An outlet with what the registry says of it now."""

    status: OutletStatus
    sources: tuple[Source, ...] = ()


class MediaOutletHealthChanged(Event):
    """An outlet was registered or edited, or its output began to differ from the expected."""

    TYPE: ClassVar[str] = "media.outlet.health.changed.v1"
    TOPIC: ClassVar[topics.Topic] = topics.MEDIA_OUTLETS

    outlet: OutletState
    health: Health
    since_at: UtcTime
    until_at: UtcTime | None = None
    expected_items: Quantity
    observed_items: Count
    period_from_at: UtcTime
    period_to_at: UtcTime
    """When the outlet was looked at: later with each statement about it, edits included."""
    last_success_at: UtcTime | None = None
    reason: str
    unusable_days: Annotated[tuple[date, ...], Field(max_length=MAX_UNUSABLE_DAYS)] = ()
    """Days that must not teach a baseline, of the last 90."""

    @property
    def subject(self) -> str:
        """The outlet."""
        return self.outlet.outlet_id

    @property
    def sequence(self) -> int:
        """Microseconds of `period_to_at`, so that a newer statement has a larger number."""
        return int(self.period_to_at.timestamp()) * 1_000_000 + self.period_to_at.microsecond
