"""The analysis measured on every set at hand; a set that is not there has no figures."""

from __future__ import annotations

import csv
import gzip
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from services.analysis.analyse import Reader, create_reader
from services.analysis.catalogue import INDICATORS
from services.analysis.desks import load_desk
from services.analysis.evaluation.challenge import (
    DESK,
    FOLDER,
    LANGUAGES,
    Reading,
    load_challenge,
    measure_found,
    measure_indicator,
    read_challenge,
)
from services.analysis.evaluation.duplicates import measure_duplicates
from services.analysis.evaluation.figures import Figures
from services.analysis.evaluation.languages import LONGEST_FIELD, measure_languages
from services.analysis.evaluation.outside import (
    FILES,
    load_cases,
    measure_lowering,
    measure_outside,
)


@dataclass(frozen=True, slots=True)
class Detection:
    """The challenge set of one language: its frozen half, by indicator, and what was read."""

    frozen: Figures
    opened: Figures
    indicators: dict[str, Figures]
    readings: list[Reading]


@dataclass(frozen=True, slots=True)
class Outside:
    """HateCheck in one language: found at all, and how much of each harmless kind was left."""

    figures: Figures
    left_alone: dict[str, float]


def measure_detection(root: Path) -> dict[str, Detection]:
    """Read all challenge sets for their own desk."""
    reader = create_reader(load_desk(root / FOLDER / DESK))
    return {code: _detection(root, code, reader) for code in LANGUAGES}


def measure_hatecheck(root: Path, data: Path) -> dict[str, Outside]:
    """Read HateCheck's templates, where they are, for the desk of the challenge sets."""
    reader = create_reader(load_desk(root / FOLDER / DESK))
    cases = {code: load_cases(data, code) for code in FILES}
    return {
        code: Outside(measure_outside(some, code, reader), measure_lowering(some, code, reader))
        for code, some in cases.items()
        if some
    }


def measure_copies(data: Path) -> dict[str, float]:
    """Run the generator of near copies over the articles of the corpus."""
    texts = list(_articles(data / "news"))
    return measure_duplicates(texts) if texts else {}


def measure_headlines(data: Path) -> dict[str, float]:
    """Return the share of headlines whose language is recognised."""
    return measure_languages(data)


def _detection(root: Path, code: str, reader: Reader) -> Detection:
    readings = read_challenge(load_challenge(root / FOLDER, code), reader)
    frozen = [one for one in readings if one.sentence.frozen]
    return Detection(
        measure_found(frozen),
        measure_found([one for one in readings if not one.sentence.frozen]),
        {one: measure_indicator(frozen, one) for one in INDICATORS},
        readings,
    )


def _articles(folder: Path) -> Iterator[str]:
    csv.field_size_limit(LONGEST_FIELD)
    for path in sorted(folder.glob("*/dev.tsv.gz")):
        with gzip.open(path, "rt", encoding="utf-8", newline="") as file:
            yield from (row["text"] for row in csv.DictReader(file, delimiter="\t") if row["text"])
