"""The challenge sets: composed sentences about groups that no pattern knows.

A sentence counts as found where a match is as strong as rules ask (`COUNTED`); a match
that reasons against it have taken below that is not counted, though it is kept.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from services.analysis.analyse import Reader
from services.analysis.evaluation.figures import Figures, Outcome, measure
from services.analysis.evaluation.sentences import read_sentence
from shared.events import Match

FOLDER = Path("tests/data/challenge")
DESK = "desk.yaml"
LANGUAGES = ("en", "fr", "ar", "sw", "so", "am", "ln", "rw")
NONE = "none"
COUNTED = 0.5  # the least strength that the shipped rules count
DIGEST_LENGTH = 12


@dataclass(frozen=True, slots=True)
class Sentence:
    """One row of a set; `indicator` is None for a hard negative, whose `kind` says why."""

    language: str
    indicator: str | None
    voice: str
    kind: str
    text: str
    frozen: bool


@dataclass(frozen=True, slots=True)
class Reading:
    """A sentence and what was found in it."""

    sentence: Sentence
    matches: tuple[Match, ...]

    @property
    def counted(self) -> list[Match]:
        """Return the matches that rules would count."""
        return [match for match in self.matches if match.strength >= COUNTED]

    @property
    def wrong(self) -> float:
        """Return how wrong the reading is: the strength of what should not be, or is missing."""
        strongest = max((match.strength for match in self.matches), default=0.0)
        if self.sentence.indicator is None:
            return strongest if self.counted else 0.0
        return 0.0 if self.counted else 1.0 - strongest


def load_challenge(folder: Path, language: str) -> list[Sentence]:
    """Return the sentences of one language in the order of their file."""
    frozen = set((folder / "frozen.txt").read_text(encoding="utf-8").splitlines())
    with (folder / f"{language}.tsv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))
    return [
        Sentence(
            language,
            None if row["indicator"] == NONE else row["indicator"],
            row["voice"],
            row["kind"],
            row["text"],
            f"{language} {_digest(row['text'])}" in frozen,
        )
        for row in rows
    ]


def read_challenge(sentences: Iterable[Sentence], reader: Reader) -> list[Reading]:
    """Read every sentence as an item of an outlet in the set's own language."""
    return [
        Reading(one, read_sentence(one.text, one.language, reader).matches) for one in sentences
    ]


def measure_found(readings: Sequence[Reading]) -> Figures:
    """Measure whether sentences with an indicator, whichever, are found and others left alone."""
    return measure(
        [Outcome(one.sentence.indicator is not None, bool(one.counted)) for one in readings]
    )


def measure_indicator(readings: Sequence[Reading], indicator: str) -> Figures:
    """Measure how well one indicator is told from the others and from nothing."""
    return measure(
        [
            Outcome(
                one.sentence.indicator == indicator,
                any(match.indicator == indicator for match in one.counted),
            )
            for one in readings
        ]
    )


def worst(readings: Sequence[Reading], most: int) -> tuple[list[Reading], list[Reading]]:
    """Return the worst of what was found wrongly and of what was missed."""
    ordered = sorted((one for one in readings if one.wrong), key=lambda one: -one.wrong)
    false = [one for one in ordered if one.sentence.indicator is None]
    missed = [one for one in ordered if one.sentence.indicator is not None]
    return false[:most], missed[:most]


def _digest(text: str) -> str:
    return sha256(text.encode()).hexdigest()[:DIGEST_LENGTH]
