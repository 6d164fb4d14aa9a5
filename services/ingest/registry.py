"""The outlets as the registry knows them: who they are, who owned them when, how to read them.

Ownership changes hands and is argued about, so owner and control are lists of facts with
days, a source and a confidence; an event carries those that held on the day of its item.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date
from enum import StrEnum
from typing import Annotated, Literal, Self, TypeVar
from urllib.parse import urlsplit

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StringConstraints,
    field_validator,
    model_validator,
)

from shared import events
from shared.events import Medium, OutletBase, OutletState, OutletStatus, OwnerKind, SourceKind, Term

Slug = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=100)]
Country = Annotated[str, StringConstraints(pattern=r"^[A-Z]{2}$")]
Language = Annotated[str, StringConstraints(pattern=r"^[a-z]{2,3}$")]
Line = Annotated[str, StringConstraints(min_length=1, max_length=300)]
NOT_YET: Literal["not yet"] = (
    "not yet"  # of an address that nobody has fetched over the internet so far
)

T = TypeVar("T", bound=Term)


def _exactly(vocabulary: type[T]) -> BeforeValidator:
    """Refuse a misspelt word: the vocabularies of events read any word as `unknown`."""

    def check(value: object) -> object:
        if value not in set(vocabulary):
            raise ValueError(f"{value!r} is none of {', '.join(vocabulary)}")
        return value

    return BeforeValidator(check)


OwnerKindField = Annotated[OwnerKind, _exactly(OwnerKind)]
MediumField = Annotated[Medium, _exactly(Medium)]
BaseField = Annotated[OutletBase, _exactly(OutletBase)]
StatusField = Annotated[OutletStatus, _exactly(OutletStatus)]


class Confidence(StrEnum):
    """How sure the source of a fact is."""

    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"


class Entry(BaseModel):
    """A part of an operators' file; a misspelt field is refused."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class DatedFact(Entry):
    """Something that held from one day to another, both included; null is open-ended."""

    from_on: date | None
    until_on: date | None
    source: Line
    confidence: Confidence

    def holds_on(self, day: date) -> bool:
        """Tell whether the fact held on *day*."""
        return (self.from_on or date.min) <= day <= (self.until_on or date.max)

    def overlaps(self, other: DatedFact) -> bool:
        """Tell whether both held on some day."""
        return (self.from_on or date.min) <= (other.until_on or date.max) and (
            other.from_on or date.min
        ) <= (self.until_on or date.max)


class OwnerFact(DatedFact):
    """Who owned an outlet."""

    owner_id: Slug
    owner_kind: OwnerKindField


class ControlFact(DatedFact):
    """Who decided what an outlet prints, which need not be its owner."""

    controlled_by: Slug


class Ownership(Entry):
    """The facts about one outlet."""

    owner: tuple[OwnerFact, ...]
    control: tuple[ControlFact, ...] = ()


class Source(Entry):
    """One address that is polled: a feed, a sitemap, or a page that lists articles.

    `link_pattern` is a regular expression that an address found there must contain: needed
    for pages, where most links are no articles. `period_seconds` is the shortest interval.
    """

    source_id: Slug
    kind: Literal[SourceKind.FEED, SourceKind.SITEMAP, SourceKind.PAGE]
    url: Annotated[str, StringConstraints(max_length=2_000)]
    period_seconds: Annotated[int, Field(ge=1, le=7 * 86_400)]
    link_pattern: Annotated[str, StringConstraints(min_length=1, max_length=300)] | None = None
    enabled: bool = True
    last_fetched_live: date | Literal["not yet"] = NOT_YET

    @field_validator("url")
    @classmethod
    def _is_web_address(cls, value: str) -> str:
        parts = urlsplit(value)
        if parts.scheme not in {"http", "https"} or not parts.hostname or parts.username:
            raise ValueError("only plain http and https addresses are polled")
        return value

    @model_validator(mode="after")
    def _pattern_is_usable(self) -> Self:
        if self.kind == SourceKind.PAGE and self.link_pattern is None:
            raise ValueError("a page needs a link_pattern: most of its links are no articles")
        if self.kind == SourceKind.FEED and self.link_pattern is not None:
            raise ValueError("a feed lists articles alone and takes no link_pattern")
        try:
            re.compile(self.link_pattern or "")
        except re.error as error:
            raise ValueError(f"link_pattern is no regular expression: {error}") from error
        return self


class RegisteredOutlet(Entry):
    """One outlet with its sources and its facts; `country` comes from the head of its file."""

    outlet_id: Slug
    name: Line
    country: Country
    medium: MediumField
    base: BaseField
    languages: tuple[Language, ...]
    status: StatusField = OutletStatus.ACTIVE
    ownership: Ownership
    sources: tuple[Source, ...] = ()

    def outlet_as_of(self, day: date) -> events.Outlet:
        """Return the outlet with the ownership that held on *day*."""
        owner = next((fact for fact in self.ownership.owner if fact.holds_on(day)), None)
        control = next((fact for fact in self.ownership.control if fact.holds_on(day)), None)
        facts = [fact.source for fact in (owner, control) if fact is not None]
        return events.Outlet(
            outlet_id=self.outlet_id,
            name=self.name,
            country=self.country,
            owner_id=owner.owner_id if owner else None,
            owner_kind=owner.owner_kind if owner else OwnerKind.UNKNOWN,
            controlled_by=control.controlled_by if control else None,
            base=self.base,
            facts_source="; ".join(dict.fromkeys(facts)) or None,
            medium=self.medium,
            languages=self.languages,
        )

    def state_as_of(self, day: date) -> OutletState:
        """Return the outlet as an event about its health carries it."""
        return OutletState(
            **self.outlet_as_of(day).model_dump(),
            status=self.status,
            sources=tuple(
                events.Source(source_id=source.source_id, kind=source.kind)
                for source in self.sources
            ),
        )


class Registry(Entry):
    """Every outlet, with lookups by id."""

    outlets: tuple[RegisteredOutlet, ...]

    def polled(self) -> Sequence[tuple[RegisteredOutlet, Source]]:
        """Return the sources to poll: enabled ones of active outlets."""
        return [
            (outlet, source)
            for outlet in self.outlets
            if outlet.status == OutletStatus.ACTIVE
            for source in outlet.sources
            if source.enabled
        ]

    @classmethod
    def of(cls, outlets: Sequence[RegisteredOutlet]) -> Self:
        """Return the registry of *outlets*."""
        return cls(outlets=tuple(outlets))
