"""Whose words a passage is, told by quotation marks and verbs of speaking.

Thin on purpose: a speaker is the nearest actor of the desk or cue of a role around the
quotation, or before and after the passage in its sentence. What cannot be told is
`other`, never the outlet, once somebody is being quoted.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from services.analysis.cues import Cues, places
from services.analysis.matcher import Name
from services.analysis.normalise import Normalised
from shared.events import Voice

BEFORE = 14  # words: "the minister of the interior, X, told the radio on Monday:"
AFTER = 10  # words: ", the spokesman of the movement said on Monday"
WITHIN = 30  # words of an unquoted passage's own sentence that are looked at before it

VOICES = {
    "official": Voice.OFFICIAL,
    "armed_party": Voice.ARMED_PARTY,
    "caller": Voice.CALLER,
    "commentator": Voice.COMMENTATOR,
    "other": Voice.OTHER,
}


@dataclass(frozen=True, slots=True)
class Speaker:
    """Who speaks: `role` is None where the outlet does, `name` where the desk knows nobody."""

    voice: Voice
    role: str | None = None
    name: Name | None = None


OUTLET = Speaker(Voice.OUTLET)
SOMEBODY = Speaker(Voice.OTHER, "unknown")


def speaker_of_quotation(
    text: Normalised, first: int, last: int, cues: Cues, actors: Sequence[Name] = ()
) -> Speaker:
    """Return who is quoted with the words *first* to *last*, judged by what surrounds them."""
    before = (max(first - BEFORE, 0), first)
    after = (last + 1, min(last + 1 + AFTER, len(text.words)))
    return _attributed(text, before, after, cues, actors) or SOMEBODY


def speaker_of_passage(
    text: Normalised, first: int, last: int, cues: Cues, actors: Sequence[Name] = ()
) -> Speaker:
    """Return who says an unquoted passage: somebody named in its sentence, or the outlet."""
    start, end = text.bounds(text.sentence_of(first))
    after = (last + 1, min(last + 1 + AFTER, end))
    before = (max(start, first - WITHIN), first)
    return _attributed(text, before, after, cues, actors) or OUTLET


def _attributed(
    text: Normalised,
    before: tuple[int, int],
    after: tuple[int, int],
    cues: Cues,
    actors: Sequence[Name],
) -> Speaker | None:
    """Return who is named beside a verb of speaking, or None where nobody is said to speak."""
    near = [span for span in (before, after) if places(cues.speech, text, *span)]
    if not near:
        return None
    named = [
        (_distance(name.first, before, after), _actor(name))
        for start, end in near
        for name in actors
        if start <= name.first and name.last < end
    ]
    cued = [
        (_distance(place[0], before, after), Speaker(VOICES[role], role))
        for span in near
        for role, cue in cues.roles.items()
        for place in places(cue, text, *span)
    ]
    # An actor stands before a cue at the same place: "General Burhan" is one person.
    return min([*named, *cued], key=lambda one: one[0], default=(0, SOMEBODY))[1]


def _distance(word: int, before: tuple[int, int], after: tuple[int, int]) -> int:
    return min(abs(word - before[1]), abs(word - after[0]))


def _actor(name: Name) -> Speaker:
    role = name.known.role or "other"
    return Speaker(VOICES[role], role, name)
