"""From a title or a text to mentions, quotations and matches in its own offsets."""

from __future__ import annotations

from bisect import bisect_left, bisect_right, insort
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from uuid import UUID, uuid5

from services.analysis.cues import Cues
from services.analysis.matcher import Hit, Matcher, Name
from services.analysis.normalise import Normalised
from services.analysis.quotations import find_quotations
from services.analysis.reasons import Reason, reasons_against
from services.analysis.surroundings import Surroundings
from services.analysis.voice import Speaker, speaker_of_passage, speaker_of_quotation
from shared.events import Against, Match, MediaItemIngested, Mention, Quote, TextField
from shared.ids import match_id

FRAMEWORK = "un-faac"
METHOD = "pattern"
WEAKEST = 0.25  # a match of which less is left is not worth a reader's time
NEIGHBOUR_STRENGTH = 0.9  # the group is named in the sentence before or after
# An item is at most 600 kB and its analysis at most 900 kB: what is found is bounded too.
MOST_MENTIONS = 500
MOST_QUOTES = 200
MOST_MATCHES = 200


@dataclass(frozen=True, slots=True)
class Passages:
    """What was found in one field of an item."""

    mentions: tuple[Mention, ...] = ()
    quotes: tuple[Quote, ...] = ()
    matches: tuple[Match, ...] = ()


@dataclass(frozen=True, slots=True)
class _Field:
    item: MediaItemIngested
    field: TextField
    text: Normalised
    groups: list[Name]
    actors: list[Name]
    quotations: list[tuple[int, int]]  # in words
    surroundings: Surroundings


def read_field(
    item: MediaItemIngested,
    field: TextField,
    text: Normalised,
    matcher: Matcher,
    cues: Mapping[str, Cues],
    main: str,
) -> Passages:
    """Return what *field* of *item*, normalised as *text*, holds.

    *main* is the language whose verbs of speaking tell whom the item quotes.
    """
    original = _original(item, field)
    names, hits = matcher.scan(text)
    quotations = [
        words for span in find_quotations(original) if (words := _words_within(text, span))
    ]
    groups = [name for name in names if name.is_group]
    actors = [name for name in names if name.is_actor]
    around = Surroundings(text, original, groups)
    read = _Field(item, field, text, groups, actors, quotations, around)
    found = [match for hit in hits if (match := _match(read, hit, cues[hit.rule.pattern.language]))]
    speakers = cues.get(main)
    return Passages(
        mentions=tuple(_mention(read, name) for name in names[:MOST_MENTIONS]),
        quotes=_quotes(read, speakers) if speakers and field is TextField.TEXT else (),
        matches=_strongest(found),
    )


def _original(item: MediaItemIngested, field: TextField) -> str:
    return item.text if field is TextField.TEXT else item.title or ""


def _words_within(text: Normalised, span: tuple[int, int]) -> tuple[int, int] | None:
    """Return the first and last word that lie in *span* of the original."""
    first = _first_from(text, span[0])
    last = _first_from(text, span[1]) - 1
    return (first, last) if first <= last else None


def _first_from(text: Normalised, offset: int) -> int:
    return bisect_left(text.spans, (offset, 0))


def _mention(read: _Field, name: Name) -> Mention:
    start, end = read.text.original(name.first, name.last)
    original = _original(read.item, read.field)
    known = name.known
    key = f"{read.item.revision}|{known.kind}|{known.ref_id}|{read.field}|{start}|{end}"
    return Mention(
        mention_id=str(uuid5(UUID(read.item.item_id), key)),
        kind=known.kind,
        ref_id=known.ref_id,
        surface=original[start:end],
        field=read.field,
        start=start,
        end=end,
        role=known.role,
    )


def _quotes(read: _Field, cues: Cues) -> tuple[Quote, ...]:
    quotes = []
    for first, last in read.quotations[:MOST_QUOTES]:
        start, end = read.text.original(first, last)
        speaker = speaker_of_quotation(read.text, first, last, cues, read.actors)
        mention = _mention(read, speaker.name).mention_id if speaker.name else None
        role = speaker.role or "unknown"
        quotes.append(Quote(start=start, end=end, speaker_mention_id=mention, speaker_role=role))
    return tuple(quotes)


def _match(read: _Field, hit: Hit, cues: Cues) -> Match | None:
    pattern = hit.rule.pattern
    group, nearness = _group(read, hit)
    if pattern.requires_group and group is None:
        return None
    speaker = _speaker(read, hit, cues)
    reasons = reasons_against(read.surroundings, hit, cues, speaker)
    strength = pattern.weight * (nearness if pattern.requires_group else 1.0)
    for reason in reasons:
        strength *= 1 - reason.weight
    if strength < WEAKEST:
        return None
    start, end = read.text.original(hit.first, hit.last)
    item = read.item
    return Match(
        match_id=match_id(
            item.item_id, item.revision, pattern.indicator, group, read.field, start, end
        ),
        framework=FRAMEWORK,
        indicator=pattern.indicator,
        risk_factor=pattern.risk_factor,
        hallmark=pattern.hallmark,
        target_group_id=group,
        field=read.field,
        start=start,
        end=end,
        method=METHOD,
        rule_id=pattern.id,
        rule_version=str(pattern.version),
        strength=round(strength, 3),
        voice=speaker.voice,
        speaker_role=speaker.role,
        against=tuple(_against(read.text, reason) for reason in reasons),
        lowered=bool(reasons),
    )


def _group(read: _Field, hit: Hit) -> tuple[str | None, float]:
    """Return the group that *hit* is about: named in it, in its sentence, or in one beside it."""
    sentence = read.text.sentence_of(hit.first)
    near = []
    following = bisect_left(read.groups, hit.first, key=lambda name: name.first)
    for name in read.groups[max(following - 1, 0) : following + 1]:
        away = abs(read.text.sentence_of(name.first) - sentence)
        if away <= 1:
            words = max(hit.first - name.last, name.first - hit.last, 0)
            near.append((away, words, name.first, name.known.ref_id))
    if not near:
        return None, 1.0
    away, _, _, group = min(near)
    return group, NEIGHBOUR_STRENGTH if away else 1.0


def _speaker(read: _Field, hit: Hit, cues: Cues) -> Speaker:
    before = bisect_right(read.quotations, (hit.first, len(read.text.words))) - 1
    if before >= 0 and hit.first <= read.quotations[before][1]:
        return speaker_of_quotation(read.text, *read.quotations[before], cues, read.actors)
    return speaker_of_passage(read.text, hit.first, hit.last, cues, read.actors)


def _against(text: Normalised, reason: Reason) -> Against:
    start, end = text.original(reason.first, reason.last)
    return Against(kind=reason.kind, weight=round(reason.weight, 3), start=start, end=end)


def _strongest(matches: Iterable[Match]) -> tuple[Match, ...]:
    """Of overlapping matches of one indicator and group keep the strongest, then the longest."""
    kept: list[Match] = []
    taken: dict[tuple[str, str | None], list[tuple[int, int]]] = defaultdict(list)
    for match in sorted(matches, key=lambda m: (-m.strength, m.start - m.end, m.start, m.rule_id)):
        spans = taken[match.indicator, match.target_group_id]
        if not _overlaps(match, spans):
            insort(spans, (match.start, match.end))
            kept.append(match)
    strongest = kept[:MOST_MATCHES]
    return tuple(sorted(strongest, key=lambda match: (match.start, match.end, match.indicator)))


def _overlaps(match: Match, spans: list[tuple[int, int]]) -> bool:
    """Say whether *match* shares a character with one of *spans*, which are apart and in order."""
    following = bisect_left(spans, (match.start, match.end))
    near = spans[max(following - 1, 0) : following + 1]
    return any(match.start < end and start < match.end for start, end in near)
