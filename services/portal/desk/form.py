"""The form of a report, the same on the page, in PDF and in DOCX.

Numbered topics; under each what government-owned media said, then private, then other;
every entry with its provenance; and the box of what was not read.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from services.portal.desk.model import Clip
from shared.events import OwnerKind

GOVERNMENT = "Government-owned media"
PRIVATE = "Private media"
OTHER = "Other media"
SECTIONS = (GOVERNMENT, PRIVATE, OTHER)
NO_TOPIC = "Without a topic"


@dataclass(frozen=True, slots=True)
class Section:
    """What one class of media said about a topic."""

    title: str
    entries: tuple[Clip, ...]


@dataclass(frozen=True, slots=True)
class Topic:
    """A topic with its number; None gathers what has none yet, in a draft."""

    number: int | None
    title: str
    sections: tuple[Section, ...]


def laid_out(topics: tuple[str, ...], clips: Iterable[Clip]) -> tuple[Topic, ...]:
    """Return the report's body in its order; within a section the oldest entry comes first."""
    ordered = sorted(clips, key=lambda clip: (clip.event_at, clip.clip_id))
    body = [_topic(number, title, ordered) for number, title in enumerate(topics, start=1)]
    loose = _topic(None, NO_TOPIC, ordered)
    return (*body, loose) if loose.sections else tuple(body)


def section_of(clip: Clip) -> str:
    """Return the class of a clip's medium."""
    if clip.owner_kind is OwnerKind.STATE:
        return GOVERNMENT
    return PRIVATE if clip.owner_kind is OwnerKind.PRIVATE else OTHER


def _topic(number: int | None, title: str, clips: list[Clip]) -> Topic:
    mine = [clip for clip in clips if clip.topic == number]
    sections = tuple(
        Section(name, entries)
        for name in SECTIONS
        if (entries := tuple(clip for clip in mine if section_of(clip) == name))
    )
    return Topic(number, title, sections)
