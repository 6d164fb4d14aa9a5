"""Finds the names of a desk and patterns in a normalised text.

One Aho-Corasick pass over the text finds the names and the strings that each pattern
cannot do without; only the few patterns whose string was seen are tried, and only on
the sentence in which it stands. Names of groups are then written over with a mark that
patterns look for, so that patterns are compiled once for all desks, and a desk of thirty
thousand names costs a text no more than a desk of ten.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from ahocorasick_rs import AhoCorasick, MatchKind

from services.analysis.catalogue import Language, Pattern
from services.analysis.desks import Desk, Known
from services.analysis.normalise import Normalised, normalise
from services.analysis.phrases import PhraseError, compile_phrase
from shared.errors import ConfigurationError
from shared.events import MentionKind

GROUP_MARK = "\x01"  # no folded word holds it
_ANY_GROUP = f"{GROUP_MARK}+ "


@dataclass(frozen=True, slots=True)
class Name:
    """A desk's name in a text: words *first* to *last*, both included."""

    known: Known
    first: int
    last: int

    @property
    def is_group(self) -> bool:
        """Say whether a community is named."""
        return self.known.kind is MentionKind.GROUP

    @property
    def is_actor(self) -> bool:
        """Say whether somebody is named who may speak."""
        return self.known.kind not in {MentionKind.GROUP, MentionKind.PLACE}


@dataclass(frozen=True, slots=True)
class Rule:
    """A pattern made ready; `negative` when its own examples negate."""

    pattern: Pattern
    expression: re.Pattern[str]
    needles: tuple[str, ...]
    negative: bool


@dataclass(frozen=True, slots=True)
class Hit:
    """A pattern's place in a text: words *first* to *last*, both included."""

    rule: Rule
    first: int
    last: int


class Matcher:
    """Patterns made ready, with the names of one desk. Safe to share."""

    def __init__(self, rules: Iterable[Rule], desk: Desk) -> None:
        self._known = list(desk.names.values())
        needles = [f" {name} " for name in desk.names]
        self._rules_by_needle: dict[int, list[Rule]] = defaultdict(list)
        places = {needle: place for place, needle in enumerate(needles)}
        for rule in rules:
            if desk.names or not rule.pattern.requires_group:
                for needle in rule.needles:
                    place = places.setdefault(needle, len(places))
                    self._rules_by_needle[place].append(rule)
        self._automaton = AhoCorasick(list(places), matchkind=MatchKind.Standard)

    def scan(self, text: Normalised) -> tuple[list[Name], list[Hit]]:
        """Return the names and the places of all patterns, in the order of the text."""
        names: list[Name] = []
        tries: dict[tuple[int, str], Rule] = {}
        seen = self._automaton.find_matches_as_indexes(text.text, overlapping=True)
        for place, start, end in seen:
            if place < len(self._known):
                names.append(Name(self._known[place], *_words(text, start + 1, end - 1)))
            for rule in self._rules_by_needle.get(place, ()):
                sentence = text.sentence_of(text.word_at(start + 1))
                tries[sentence, rule.pattern.id] = rule
        names = _certain(_longest(names))
        marked = _marked(text, names)
        hits = [
            hit
            for (sentence, _), rule in tries.items()
            for hit in _try(text, marked, sentence, rule)
        ]
        return names, sorted(hits, key=lambda hit: (hit.first, -hit.last))


def compile_rules(language: Language) -> tuple[Rule, ...]:
    """Make the patterns of one language ready, whatever the desk."""
    negates = _negation_test(language)
    return tuple(_rule(pattern, language, negates) for pattern in language.patterns)


def _rule(pattern: Pattern, language: Language, negates: Callable[[str], bool]) -> Rule:
    try:
        phrase = compile_phrase(pattern.source, language.sets, _ANY_GROUP)
    except PhraseError as error:
        raise ConfigurationError(f"pattern {pattern.id}: {error}.") from error
    if not phrase.needles:
        raise ConfigurationError(f"pattern {pattern.id} has no word that every match must hold.")
    negative = any(negates(normalise(example).text) for example in pattern.examples)
    return Rule(pattern, re.compile(phrase.expression), phrase.needles, negative)


def _negation_test(language: Language) -> Callable[[str], bool]:
    """Return what tells whether a text negates; "do not wait" and its like do not."""

    def ready(source: str) -> re.Pattern[str]:
        return re.compile(compile_phrase(source, language.sets).expression)

    negation, excused = ready(language.lexicon.negation), ready(language.lexicon.not_negation)
    return lambda text: negation.search(excused.sub("", text)) is not None


def _marked(text: Normalised, names: Iterable[Name]) -> str:
    """Return the text with the names of groups written over, no offset moved."""
    pieces, position = [], 0
    for name in names:
        if name.is_group:
            start = text.starts[name.first]
            end = text.starts[name.last] + len(text.words[name.last])
            pieces += [text.text[position:start], GROUP_MARK * (end - start)]
            position = end
    return "".join([*pieces, text.text[position:]])


def _try(text: Normalised, marked: str, sentence: int, rule: Rule) -> list[Hit]:
    first, last = text.bounds(sentence)
    start = text.starts[first]
    end = text.starts[last - 1] + len(text.words[last - 1]) + 1
    return [
        Hit(rule, *_words(text, found.start(), found.end() - 1))
        for found in rule.expression.finditer(marked, start, end)
    ]


def _words(text: Normalised, start: int, end: int) -> tuple[int, int]:
    return text.word_at(start), text.word_at(end - 1)


def _longest(names: Iterable[Name]) -> list[Name]:
    """Drop names that overlap one that began before or reaches further."""
    kept: list[Name] = []
    for name in sorted(names, key=lambda one: (one.first, -one.last)):
        if not kept or name.first > kept[-1].last:
            kept.append(name)
    return kept


def _certain(names: Sequence[Name]) -> list[Name]:
    """Drop ordinary words where nothing else in the text names their group."""
    sure = {name.known.ref_id for name in names if name.known.certain}
    return [name for name in names if name.known.certain or name.known.ref_id in sure]
