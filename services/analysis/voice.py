"""Whose words a passage is, told by quotation marks and verbs of speaking.

Thin on purpose: a speaker's role is the nearest cue of a role around the quotation, or
before and after the passage in its sentence. What cannot be told is `other`, never the
outlet, once somebody is being quoted.
"""

from __future__ import annotations

from dataclasses import dataclass

from services.analysis.cues import Cues, places
from services.analysis.normalise import Normalised
from shared.events import Voice

BEFORE = 14  # words: "the minister of the interior, X, told the radio on Monday:"
AFTER = 10  # words: ", the spokesman of the movement said on Monday"
WITHIN = 30  # words of an unquoted passage's own sentence that are looked at before it

_VOICES = {
    "official": Voice.OFFICIAL,
    "armed_party": Voice.ARMED_PARTY,
    "caller": Voice.CALLER,
    "commentator": Voice.COMMENTATOR,
}


@dataclass(frozen=True, slots=True)
class Speaker:
    """Who speaks; `role` is None where the outlet itself does."""

    voice: Voice
    role: str | None = None


OUTLET = Speaker(Voice.OUTLET)
SOMEBODY = Speaker(Voice.OTHER, "unknown")


def speaker_of_quotation(text: Normalised, first: int, last: int, cues: Cues) -> Speaker:
    """Return who is quoted with the words *first* to *last*, judged by what surrounds them."""
    before = (max(first - BEFORE, 0), first)
    after = (last + 1, min(last + 1 + AFTER, len(text.words)))
    return _attributed(text, before, after, cues) or SOMEBODY


def speaker_of_passage(text: Normalised, first: int, last: int, cues: Cues) -> Speaker:
    """Return who says an unquoted passage: somebody named in its sentence, or the outlet."""
    start, end = text.bounds(text.sentence_of(first))
    after = (last + 1, min(last + 1 + AFTER, end))
    return _attributed(text, (max(start, first - WITHIN), first), after, cues) or OUTLET


def _attributed(
    text: Normalised, before: tuple[int, int], after: tuple[int, int], cues: Cues
) -> Speaker | None:
    """Return who is named beside a verb of speaking, or None where nobody is said to speak."""
    near = [span for span in (before, after) if places(cues.speech, text, *span)]
    if not near:
        return None
    distances = [
        (min(abs(place[0] - before[1]), abs(place[0] - after[0])), role)
        for span in near
        for role, cue in cues.roles.items()
        for place in places(cue, text, *span)
    ]
    if not distances:
        return SOMEBODY
    role = min(distances)[1]
    return Speaker(_VOICES[role], role)
