"""Reasons to trust a match less: what stands in its sentence and in the two beside it.

Nothing is hidden by a rule that cannot be seen: each reason is recorded with its place
and its weight, and the strength says what is left. That words are a quotation is no
reason: an official or a commander who says them is the point of listening.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from services.analysis.cues import Cues, places
from services.analysis.matcher import Hit
from services.analysis.normalise import Normalised
from services.analysis.voice import Speaker
from shared.events import Voice

# Our own estimates until verdicts of readers give better ones: in the same sentence a
# reason nearly settles it, in a neighbouring one it only raises doubt.
WEIGHTS = {
    "sport": 0.9,
    "pest_control": 0.9,
    "fiction": 0.9,
    "historical": 0.85,
    "commemoration": 0.9,
    "condemned": 0.85,
    "negated": 0.9,
}
NEIGHBOUR_SHARE = 0.5
# Condemning what those with arms or office say does not make it less dangerous.
POWERFUL = frozenset({Voice.OFFICIAL, Voice.ARMED_PARTY})
POWERFUL_SHARE = 0.5
_TOLD_OF_OTHERS = frozenset({"condemned", "historical", "commemoration"})
NEGATION_WORDS = 5


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a match may be none, what share of its strength that takes, and where it says so."""

    kind: str
    weight: float
    first: int
    last: int


class Surroundings:
    """Where the cues stand in each sentence of one text, looked for once however many hits."""

    def __init__(self, text: Normalised) -> None:
        self.text = text
        self._places: dict[tuple[int, int], list[tuple[int, int]]] = {}

    def first_outside(
        self, cue: re.Pattern[str], sentence: int, hit: Hit
    ) -> tuple[int, int] | None:
        """Return the first place of *cue* in *sentence* that is no part of *hit*."""
        key = (id(cue), sentence)
        if key not in self._places:
            self._places[key] = places(cue, self.text, *self.text.bounds(sentence))
        outside = (
            (first, last)
            for first, last in self._places[key]
            if last < hit.first or first > hit.last
        )
        return next(outside, None)


def reasons_against(
    surroundings: Surroundings, hit: Hit, cues: Cues, speaker: Speaker
) -> list[Reason]:
    """Return every reason against *hit*, at most one of a kind: the heaviest."""
    text = surroundings.text
    sentence = text.sentence_of(hit.first)
    found = _negation(text, hit, cues)
    for distance, near in ((0, sentence), (1, sentence - 1), (1, sentence + 1)):
        if 0 <= near < len(text.sentences):
            found += _around(surroundings, near, distance, hit, cues, speaker)
    heaviest: dict[str, Reason] = {}
    for reason in found:
        if reason.kind not in heaviest or reason.weight > heaviest[reason.kind].weight:
            heaviest[reason.kind] = reason
    return list(heaviest.values())


def _around(
    surroundings: Surroundings,
    sentence: int,
    distance: int,
    hit: Hit,
    cues: Cues,
    speaker: Speaker,
) -> list[Reason]:
    found = []
    for kind, cue in cues.suppressors.items():
        share = NEIGHBOUR_SHARE if distance else 1.0
        if kind in _TOLD_OF_OTHERS and speaker.voice in POWERFUL:
            share *= POWERFUL_SHARE
        place = surroundings.first_outside(cue, sentence, hit)
        if place is not None:
            found.append(Reason(kind, WEIGHTS[kind] * share, *place))
    return found


def _negation(text: Normalised, hit: Hit, cues: Cues) -> list[Reason]:
    """Return a negation shortly before the match or within it, for patterns that hold none.

    "Do not hesitate to" and its like negate nothing.
    """
    if hit.rule.negative:
        return []
    start = max(text.bounds(text.sentence_of(hit.first))[0], hit.first - NEGATION_WORDS)
    end = min(hit.last + 1 + NEGATION_WORDS, text.bounds(text.sentence_of(hit.first))[1])
    excused = places(cues.not_negation, text, start, end)
    return [
        Reason("negated", WEIGHTS["negated"], first, last)
        for first, last in places(cues.negation, text, start, hit.last + 1)
        if not any(begin <= last and first <= final for begin, final in excused)
    ]
