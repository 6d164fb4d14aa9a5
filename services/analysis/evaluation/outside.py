"""The outside test: HateCheck's templates (Röttger and others, CC BY 4.0), with an invented group.

Nobody here wrote these sentences. They are tweets and no news, and most of what they hold is
hate rather than danger, so only some functions are asked: open threats and dehumanisation
should be found; denials, counter-speech and neutral mentions should be left alone.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from services.analysis.analyse import Reader
from services.analysis.evaluation.challenge import COUNTED
from services.analysis.evaluation.figures import Figures, Outcome, measure
from services.analysis.evaluation.sentences import read_sentence

FILES = {
    "en": "test_suite_cases.csv",
    "fr": "hatecheck_french_half.csv",
    "ar": "hatecheck_arabic_half.csv",
}
FOUND = frozenset({"derog_dehum_h", "threat_dir_h", "threat_norm_h"})
LEFT_ALONE = frozenset(
    {"counter_quote_nh", "counter_ref_nh", "negate_neg_nh", "ident_neutral_nh", "ident_pos_nh"}
)
# What a template's blank becomes: a group of the challenge desk, in the number it asks for.
NAMES = {"en": ("Tarevi", "Tarevis"), "fr": ("Tarévi", "Tarévis"), "ar": ("تاريفي", "تاريفيين")}
_BLANK = re.compile(r"\[(?:IDENTITY|IDENT)_(\w)[^\]]*\]")


@dataclass(frozen=True, slots=True)
class Case:
    """One filled template and the function that it tests."""

    function: str
    text: str


def load_cases(data: Path, language: str) -> list[Case]:
    """Return the templates of the functions that are asked, each once."""
    path = data / "hatecheck" / FILES[language]
    if not path.exists():
        return []
    with path.open(encoding="utf-8", newline="") as file:
        return list(dict.fromkeys(_cases(csv.DictReader(file), language)))


def measure_outside(cases: Sequence[Case], language: str, reader: Reader) -> Figures:
    """Measure what is found in *cases* as the challenge sets are measured."""
    return measure(
        [Outcome(case.function in FOUND, _found(case, language, reader)) for case in cases]
    )


def measure_lowering(cases: Sequence[Case], language: str, reader: Reader) -> dict[str, float]:
    """Return, by function that should be left alone, the share that was."""
    alone: dict[str, list[bool]] = {}
    for case in cases:
        if case.function in LEFT_ALONE:
            alone.setdefault(case.function, []).append(not _found(case, language, reader))
    return {name: round(sum(some) / len(some), 3) for name, some in sorted(alone.items())}


def _found(case: Case, language: str, reader: Reader) -> bool:
    matches = read_sentence(case.text, language, reader).matches
    return any(match.strength >= COUNTED for match in matches)


def _cases(rows: Iterator[dict[str, str]] | csv.DictReader[str], language: str) -> Iterator[Case]:
    one, many = NAMES[language]
    for row in rows:
        if row["functionality"] in FOUND | LEFT_ALONE and _BLANK.search(row["case_templ"]):
            text = _BLANK.sub(lambda blank: many if blank[1] == "P" else one, row["case_templ"])
            yield Case(row["functionality"], text)
