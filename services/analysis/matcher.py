"""Finds group names and patterns in a normalised text.

One Aho-Corasick pass over the text finds the names and the strings that each pattern
cannot do without; only the few patterns whose string was seen are tried, and only on
the sentence in which it stands.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from ahocorasick_rs import AhoCorasick, MatchKind

from services.analysis.catalogue import Language, Pattern
from services.analysis.desks import Desk
from services.analysis.normalise import Normalised, normalise
from services.analysis.phrases import PhraseError, compile_phrase
from shared.errors import ConfigurationError


@dataclass(frozen=True, slots=True)
class Name:
    """A group's name in a text: words *first* to *last*, both included."""

    group_id: str
    first: int
    last: int


@dataclass(frozen=True, slots=True)
class Rule:
    """A pattern made ready for one desk; `negative` when its own examples negate."""

    pattern: Pattern
    expression: re.Pattern[str]
    negative: bool


@dataclass(frozen=True, slots=True)
class Hit:
    """A pattern's place in a text: words *first* to *last*, both included."""

    rule: Rule
    first: int
    last: int


class Matcher:
    """The patterns of some languages with the names of one desk. Safe to share."""

    def __init__(self, languages: Iterable[Language], desk: Desk) -> None:
        self._groups = list(desk.names.values())
        self._needles: list[str] = [f" {name} " for name in desk.names]
        self._rules_by_needle: dict[int, list[Rule]] = defaultdict(list)
        for language in languages:
            self._add(language, desk)
        self._automaton = AhoCorasick(self._needles, matchkind=MatchKind.Standard)

    def _add(self, language: Language, desk: Desk) -> None:
        negates = _negation_test(language)
        group = desk.expression
        places = {needle: place for place, needle in enumerate(self._needles)}
        for pattern in language.patterns:
            if group is None and pattern.requires_group:
                continue
            rule, needles = _rule(pattern, language, group, negates)
            for needle in needles:
                place = places.setdefault(needle, len(places))
                if place == len(self._needles):
                    self._needles.append(needle)
                self._rules_by_needle[place].append(rule)

    def scan(self, text: Normalised) -> tuple[list[Name], list[Hit]]:
        """Return the names and the places of all patterns, in the order of the text."""
        names: list[Name] = []
        tries: dict[tuple[int, str], Rule] = {}
        seen = self._automaton.find_matches_as_indexes(text.text, overlapping=True)
        for place, start, end in seen:
            if place < len(self._groups):
                names.append(Name(self._groups[place], *_words(text, start + 1, end - 1)))
            for rule in self._rules_by_needle.get(place, ()):
                sentence = text.sentence_of(text.word_at(start + 1))
                tries[sentence, rule.pattern.id] = rule
        hits = [hit for (sentence, _), rule in tries.items() for hit in _try(text, sentence, rule)]
        return _longest(names), sorted(hits, key=lambda hit: (hit.first, -hit.last))


def _rule(
    pattern: Pattern, language: Language, group: str | None, negates: Callable[[str], bool]
) -> tuple[Rule, Sequence[str]]:
    try:
        phrase = compile_phrase(pattern.source, language.sets, group)
    except PhraseError as error:
        raise ConfigurationError(f"pattern {pattern.id}: {error}.") from error
    if not phrase.needles:
        raise ConfigurationError(f"pattern {pattern.id} has no word that every match must hold.")
    negative = any(negates(normalise(example).text) for example in pattern.examples)
    return Rule(pattern, re.compile(phrase.expression), negative), phrase.needles


def _negation_test(language: Language) -> Callable[[str], bool]:
    """Return what tells whether a text negates; "do not wait" and its like do not."""

    def ready(source: str) -> re.Pattern[str]:
        return re.compile(compile_phrase(source, language.sets).expression)

    negation, excused = ready(language.lexicon.negation), ready(language.lexicon.not_negation)
    return lambda text: negation.search(excused.sub("", text)) is not None


def _try(text: Normalised, sentence: int, rule: Rule) -> list[Hit]:
    first, last = text.bounds(sentence)
    start = text.starts[first]
    end = text.starts[last - 1] + len(text.words[last - 1]) + 1
    return [
        Hit(rule, *_words(text, found.start(), found.end() - 1))
        for found in rule.expression.finditer(text.text, start, end)
    ]


def _words(text: Normalised, start: int, end: int) -> tuple[int, int]:
    return text.word_at(start), text.word_at(end - 1)


def _longest(names: Iterable[Name]) -> list[Name]:
    """Drop names that lie within a longer one."""
    kept: list[Name] = []
    for name in sorted(names, key=lambda one: (one.first, -one.last)):
        if not kept or name.last > kept[-1].last:
            kept.append(name)
    return kept
