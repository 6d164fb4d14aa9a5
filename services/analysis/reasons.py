"""Reasons to trust a match less: what stands in its sentence and in the two beside it.

A reason that governs a match nearly settles it. One that only stands nearby raises a
doubt, and however many there are, the heaviest alone counts: otherwise a speaker could
talk his own words away. An open call to violence is hardest to silence: a cue in its
sentence raises no more than a doubt unless it is bound to the call (see `_governs` and `_binding`).

Nothing is hidden by a rule that cannot be seen: each reason is recorded with its place
and its weight, and the strength says what is left. That words are a quotation is no
reason: an official or a commander who says them is the point of listening.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from services.analysis.catalogue import EXPLICIT_CALL
from services.analysis.cues import Cues, places
from services.analysis.matcher import Hit
from services.analysis.surroundings import CLAUSE_END, CLAUSE_OR_COLON, STATEMENT_END, Surroundings
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
    "denied": 0.85,
    "reported": 0.8,
    "counter_speech": 0.85,
    "negated": 0.9,
}
DOUBT_SHARE = 0.5
# What a doubt leaves of a call stays above the least strength that rules count, 0.5, so
# that a person gets to see it.
MOST_DOUBT_OF_CALL = 0.4
# Condemning what those with arms or office say does not make it less dangerous.
POWERFUL = frozenset({Voice.OFFICIAL, Voice.ARMED_PARTY})
POWERFUL_SHARE = 0.5
_TOLD_OF_OTHERS = frozenset({"condemned", "historical", "commemoration", "reported"})
# Calling up old wrongs is what this indicator is about: a year in the past clears nothing.
PAST_WRONGS = "7.13"
NEGATION_WORDS = 5
NEGATION_WORDS_OF_CALL = 3


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a match may be none, what share of its strength that takes, and where it says so.

    One that `governs` counts beside others; of those that do not, the heaviest does.
    """

    kind: str
    weight: float
    first: int
    last: int
    governs: bool


def reasons_against(around: Surroundings, hit: Hit, cues: Cues, speaker: Speaker) -> list[Reason]:
    """Return the reasons that count against *hit*, at most one of a kind."""
    text = around.text
    sentence = text.sentence_of(hit.first)
    found = _negations(around, hit, cues) + _within(around, sentence, hit, cues, speaker)
    for near in (sentence - 1, sentence + 1):
        if 0 <= near < len(text.sentences):
            found += _beside(around, near, hit, cues, speaker)
    governing = _heaviest_of_kinds(reason for reason in found if reason.governs)
    doubts = [reason for reason in found if not reason.governs and reason.kind not in governing]
    heaviest = max(doubts, key=lambda reason: reason.weight, default=None)
    return [*governing.values(), *([heaviest] if heaviest else [])]


def _heaviest_of_kinds(reasons: Iterable[Reason]) -> dict[str, Reason]:
    heaviest: dict[str, Reason] = {}
    for reason in reasons:
        if reason.kind not in heaviest or reason.weight > heaviest[reason.kind].weight:
            heaviest[reason.kind] = reason
    return heaviest


def _within(
    around: Surroundings, sentence: int, hit: Hit, cues: Cues, speaker: Speaker
) -> list[Reason]:
    """Return the reasons in the sentence of *hit* itself."""
    found = []
    for kind, cue in cues.suppressors.items():
        standing = around.outside(cue, sentence, hit)
        binding = _binding(around, kind, cues, sentence, hit)
        if standing or binding:
            governs = bool(binding) or _governs(around, kind, standing, hit)
            if _calls_up_the_past(hit, kind) and not governs:
                continue
            place = (binding or standing)[0]
            found.append(_reason(kind, place, hit, speaker, governs=governs))
    return found


def _binding(
    around: Surroundings, kind: str, cues: Cues, sentence: int, hit: Hit
) -> list[tuple[int, int]]:
    """Return where a cue introduces the words of *hit* as those of a tale or a crime.

    A tale may also be set by how its sentence opens: "In the film, a general cries".
    """
    if kind not in cues.governing:
        return []
    opening = around.text.bounds(sentence)[0] if kind == "fiction" else None
    standing = around.outside(cues.governing[kind], sentence, hit)
    return [
        (first, last)
        for first, last in standing
        if around.leads_to(last, hit, STATEMENT_END if first == opening else CLAUSE_END)
    ]


def _governs(around: Surroundings, kind: str, standing: list[tuple[int, int]], hit: Hit) -> bool:
    """Say whether cues somewhere in the sentence of *hit* nearly settle it.

    For a call it takes two different ones: a coach alone may lead a militia; so does a
    grievance, which names its year. Pests are killed with one, and people with none:
    "kill the X with insecticide" is a call.
    """
    if not (_is_call(hit) or _calls_up_the_past(hit, kind)):
        return True
    if kind == "pest_control":
        return not around.names_people(hit)
    return len({tuple(around.text.words[first : last + 1]) for first, last in standing}) > 1


def _beside(
    around: Surroundings, sentence: int, hit: Hit, cues: Cues, speaker: Speaker
) -> list[Reason]:
    """Return the reasons in the *sentence* before or after that of *hit*."""
    return [
        _reason(kind, standing[0], hit, speaker, governs=False)
        for kind, cue in cues.suppressors.items()
        if (standing := around.outside(cue, sentence, hit))
    ]


def _negations(around: Surroundings, hit: Hit, cues: Cues) -> list[Reason]:
    """Return a negation shortly before the match or within it, for patterns that hold none.

    "Do not hesitate to" and its like negate nothing.
    """
    if hit.rule.negative:
        return []
    text = around.text
    begin, end = text.bounds(text.sentence_of(hit.first))
    start = max(begin, hit.first - NEGATION_WORDS)
    excused = places(cues.not_negation, text, start, min(hit.last + 1 + NEGATION_WORDS, end))
    return [
        _reason("negated", place, hit, None, governs=_negates(around, place, hit))
        for place in places(cues.negation, text, start, hit.last + 1)
        if not any(first <= place[1] and place[0] <= last for first, last in excused)
    ]


def _negates(around: Surroundings, place: tuple[int, int], hit: Hit) -> bool:
    """Say whether a negation is the verb's own: "they will not leave, so kill" negates no call."""
    if not _is_call(hit):
        return True
    near = hit.first - place[1] <= NEGATION_WORDS_OF_CALL + 1
    return near and around.leads_to(place[1], hit, CLAUSE_OR_COLON)


def _reason(
    kind: str, place: tuple[int, int], hit: Hit, speaker: Speaker | None, *, governs: bool
) -> Reason:
    weight = WEIGHTS[kind] * (1.0 if governs else DOUBT_SHARE)
    if not governs and _is_call(hit):
        weight = min(weight, MOST_DOUBT_OF_CALL)
    if speaker and kind in _TOLD_OF_OTHERS and speaker.voice in POWERFUL:
        weight *= POWERFUL_SHARE
    return Reason(kind, weight, *place, governs)


def _calls_up_the_past(hit: Hit, kind: str) -> bool:
    return kind == "historical" and hit.rule.pattern.indicator == PAST_WRONGS


def _is_call(hit: Hit) -> bool:
    return hit.rule.pattern.hallmark == EXPLICIT_CALL
