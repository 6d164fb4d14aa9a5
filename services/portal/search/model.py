"""What a search answers, as the API states it and the pages show it."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from pydantic import BaseModel, ConfigDict, Field


class Answer(BaseModel):
    """A frozen piece of an answer; it shows what it names and nothing else of the index."""

    model_config = ConfigDict(frozen=True, extra="ignore")


class Passage(Answer):
    """A passage that may match an indicator, with a little of its context."""

    indicator: str
    target_group_id: str | None
    voice: str
    lowered: bool
    before: str
    quote: str
    after: str
    cut_before: bool
    cut_after: bool


class Hit(Answer):
    """One item that was found."""

    item_id: str
    title: str | None
    lead: str
    url: str | None
    outlet_id: str
    outlet_name: str
    country: str
    owner_kind: str
    controlled_by: str | None
    language: str
    readable: bool
    event_at: datetime
    date_disputed: bool
    fetched_at: datetime
    heard: str
    score: float
    indicators: tuple[str, ...]
    target_groups: tuple[str, ...]
    match_count: int
    exact_of: str | None
    signal_ids: tuple[str, ...] = Field(description="Empty for those who may not read signals.")
    verdict: str = Field(description="Of reviewers; `none` for those who may not read signals.")
    restricted: bool
    passages: tuple[Passage, ...] = ()
    highlighted_title: str | None = Field(
        None, description="HTML: escaped text in which only <mark> stands out."
    )
    highlights: tuple[str, ...] = Field(
        (), description="HTML: escaped text in which only <mark> stands out."
    )


class FacetValue(Answer):
    """A value of a facet with the number of items that have it."""

    value: str
    label: str
    count: int


class TimelineColumn(Answer):
    """The items of one step of time, in all and by kind of owner."""

    day: date
    total: int
    owners: dict[str, int]
    read: int = Field(0, description="Items of the same outlets that were read at all.")
    read_owners: dict[str, int] = Field(default_factory=dict, description="Those by kind of owner.")


class Timeline(Answer):
    """How the items spread over time."""

    step: str
    columns: tuple[TimelineColumn, ...]


class SearchAnswer(Answer):
    """One page of a search with what counts beside it."""

    total: int
    complete: bool = Field(description="False where time ran out: counts are then too low.")
    hits: tuple[Hit, ...]
    facets: dict[str, tuple[FacetValue, ...]]
    timeline: Timeline
    next: str | None = Field(description="Cursor of the next page.")


def hit(found: dict[str, Any], *, signals: bool) -> Hit:
    """Return one of the engine's hits as ours; *signals* tells whether to name signals."""
    source = found["_source"] | ({} if signals else {"signal_ids": (), "verdict": "none"})
    marked: dict[str, list[str]] = found.get("highlight", {})
    titles = [one for field, ones in marked.items() if field.startswith("title_") for one in ones]
    texts = [one for field, ones in marked.items() if field.startswith("text_") for one in ones]
    return Hit(
        **source
        | {
            "passages": source["passages"]["strongest"],
            "highlighted_title": titles[0] if titles else None,
            "highlights": texts,
        }
    )
