"""What may be asked of the search, checked before the engine hears of it.

A query of 50 000 terms keeps the engine busy for 15 seconds before it is refused, so the
limits stand here.
"""

from __future__ import annotations

import hashlib
from datetime import date
from enum import StrEnum
from typing import Annotated, Any, Self

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StringConstraints,
    ValidationInfo,
    field_validator,
    model_validator,
)

from services.portal.search.language import parse
from shared.events import OwnerKind, SignalStatus

MAX_CHARACTERS = 256
MAX_SIZE = 100
DEFAULT_SIZE = 20
MAX_VALUES = 20
EARLIEST, LATEST = date(1900, 1, 1), date(2200, 1, 1)


class Sort(StrEnum):
    """The order of results."""

    NEWEST = "newest"
    RELEVANCE = "relevance"
    SCORE = "score"


class View(StrEnum):
    """What the timeline shows."""

    COUNT = "count"
    SHARE = "share"
    SPLIT = "split"


def nothing(value: Any) -> Any:
    """Read the empty field of a form as none."""
    return None if value == "" else value


def filled(value: Any) -> Any:
    """Leave out the empty fields of a form."""
    return [one for one in value if one != ""] if isinstance(value, list) else value


def known(value: Any, info: ValidationInfo) -> Any:
    """Refuse a word outside a vocabulary, which an event would read as `unknown`."""
    words = {"owner": OwnerKind, "status": SignalStatus}[str(info.field_name)]
    if not isinstance(value, str) or value not in {word.value for word in words}:
        raise ValueError(f"one of: {', '.join(words)}")
    return value


Key = Annotated[str, StringConstraints(max_length=200)]
Keys = Annotated[tuple[Key, ...], BeforeValidator(filled), Field(max_length=MAX_VALUES)]
Day = Annotated[Annotated[date, Field(ge=EARLIEST, le=LATEST)] | None, BeforeValidator(nothing)]


class SearchRequest(BaseModel):
    """A search: words, filters, order and place. Several values of one filter mean any of them."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)

    q: Annotated[str, StringConstraints(max_length=MAX_CHARACTERS)] = Field(
        "",
        description='Words, AND, OR, NOT, "phrases", "near words"~5, a NEAR/5 b, begin*, ( ).',
    )
    country: Keys = Field((), description="Country of the outlet, ISO 3166-1 alpha-2.")
    outlet: Keys = Field((), description="Id of the outlet.")
    owner: Annotated[
        tuple[Annotated[OwnerKind, BeforeValidator(known)], ...],
        BeforeValidator(filled),
        Field(max_length=MAX_VALUES),
    ] = Field((), description="Kind of owner of the outlet.")
    language: Keys = Field((), description="Language of the text.")
    indicator: Keys = Field((), description="UN Framework indicator that a passage may match.")
    group: Keys = Field((), description="Target group that such a passage names.")
    medium: Keys = Field((), description="Medium of the outlet.")
    hallmark: Keys = Field((), description="Hallmark of dangerous speech that a passage may show.")
    risk: Annotated[
        tuple[Annotated[int, Field(ge=1, le=99)], ...],
        BeforeValidator(filled),
        Field(max_length=MAX_VALUES),
    ] = Field((), description="Risk factor of the UN Framework.")
    place: Keys = Field((), description="Place that is named.")
    actor: Keys = Field((), description="Actor, organisation or public person that is named.")
    since: Day = Field(None, description="First day, UTC, of the event time.")
    until: Day = Field(None, description="Last day, UTC, of the event time.")
    sort: Sort = Field(
        Sort.NEWEST, description="Newest first, best match first, or strongest passages first."
    )
    view: Annotated[View | None, BeforeValidator(nothing)] = Field(
        None, description="What the page's timeline shows; the answer always has all of it."
    )
    size: Annotated[int, Field(ge=1, le=MAX_SIZE)] = Field(
        DEFAULT_SIZE, description="Results a page."
    )
    cursor: Annotated[str | None, StringConstraints(max_length=500), BeforeValidator(nothing)] = (
        Field(None, description="`next` of the page before.")
    )

    @field_validator("q")
    @classmethod
    def _understood(cls, value: str) -> str:
        """Refuse what cannot be read, before the engine hears of it."""
        parse(value)
        return value.strip()

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        if self.since and self.until and self.until < self.since:
            raise ValueError("the last day lies before the first")
        return self

    @property
    def fingerprint(self) -> str:
        """Return a name of the search without its place, to refuse another search's cursor."""
        question = self.model_dump_json(exclude={"cursor", "size", "view"})
        return hashlib.sha256(question.encode()).hexdigest()[:16]
