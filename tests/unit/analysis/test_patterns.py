"""The shipped patterns on their own examples and hard negatives, which are all composed."""

from collections import Counter

import pytest

from services.analysis.analyse import Reader
from services.analysis.catalogue import (
    EXPLICIT_CALL,
    INDICATORS,
    Language,
    Pattern,
    load_catalogue,
    load_silent,
)
from services.analysis.normalise import normalise
from tests.unit.analysis.conftest import Read

LANGUAGES = list(load_catalogue().values())
EXAMPLES = [
    pytest.param(pattern, text, id=f"{pattern.id}-{number}")
    for language in LANGUAGES
    for pattern in language.patterns
    for number, text in enumerate(pattern.examples)
]
SILENT = [
    pytest.param(one["text"], id=f"{language.code}-{indicator}-{one['why']}-{number}")
    for language in LANGUAGES
    for indicator, rows in load_silent(language.code).items()
    for number, one in enumerate(rows)
]


FULL = {"ar", "en", "fr", "so", "sw"}
THIN = {"am", "ln", "rw"}  # a dozen patterns each, not checked by a native speaker


def test_the_eight_languages_are_there() -> None:
    assert {language.code for language in LANGUAGES} == FULL | THIN


@pytest.mark.parametrize("language", LANGUAGES, ids=lambda language: language.code)
def test_each_language_has_patterns_of_every_indicator(language: Language) -> None:
    assert {pattern.indicator for pattern in language.patterns} == set(INDICATORS)


@pytest.mark.parametrize(
    "language", [one for one in LANGUAGES if one.code in FULL], ids=lambda language: language.code
)
def test_each_indicator_has_twelve_patterns_and_six_hard_negatives(language: Language) -> None:
    patterns = Counter(pattern.indicator for pattern in language.patterns)
    silent = load_silent(language.code)

    assert set(patterns) == set(INDICATORS) == set(silent)
    assert min(patterns.values()) >= 12
    assert min(len(rows) for rows in silent.values()) >= 6


@pytest.mark.parametrize(("pattern", "text"), EXAMPLES)
def test_an_example_matches_its_indicator_alone(
    pattern: Pattern, text: str, read: Read, reader: Reader
) -> None:
    matches = read(text).matches
    hits = reader.matcher.scan(normalise(text))[1]

    assert {match.indicator for match in matches} == {pattern.indicator}
    assert pattern.id in {hit.rule.pattern.id for hit in hits}
    assert not any(match.lowered for match in matches)
    assert all(0 <= match.start < match.end <= len(text) for match in matches)


@pytest.mark.parametrize("text", SILENT)
def test_a_hard_negative_stays_silent(text: str, read: Read) -> None:
    assert read(text).matches == ()


@pytest.mark.parametrize(
    "pattern", [one for language in LANGUAGES for one in language.patterns], ids=lambda one: one.id
)
def test_only_calls_and_threats_to_the_protected_do_without_a_group(pattern: Pattern) -> None:
    assert (
        pattern.requires_group or pattern.hallmark == EXPLICIT_CALL or pattern.indicator == "13.7"
    )
    if pattern.hallmark == EXPLICIT_CALL:
        assert pattern.weight >= 0.85
