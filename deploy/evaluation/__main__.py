"""Measures the analysis: `python -m deploy.evaluation [--data FOLDER]`.

Prints the worst errors first and a line a figure, writes `evaluation.json` and the cards.
"""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.markup import escape

from deploy.cli.terminal import console
from deploy.evaluation.cards import patterns_card, plain_card
from deploy.evaluation.measures import (
    Detection,
    Outside,
    measure_copies,
    measure_detection,
    measure_hatecheck,
    measure_headlines,
)
from deploy.local.paths import REPOSITORY
from deploy.results import write_results
from services.analysis.evaluation.challenge import worst
from services.analysis.evaluation.figures import Figures

CARDS = REPOSITORY / "docs" / "models"
BESIDE = REPOSITORY.parent / "shared" / "data"
WORST = 10
_LANGUAGES = (
    "Which language a headline is in, told by py3langid with pycld2's corrections and without\n"
    "any hint of the outlet's. Arabic and Kinyarwanda are pieces of the Universal Declaration of\n"
    "Human Rights; `rw/rn` counts as right for Kinyarwanda. Share recognised:"
)
_COPIES = (
    "Which texts nearly repeat another: MinHash of runs of three words, threshold 0.5. Articles\n"
    "of a news corpus, each as it is, with a tenth of its sentences gone and an agency's tag and\n"
    "boilerplate added, and with three tenths gone; pairs put together, against pairs of one."
)


def main(
    data: Annotated[
        Path, typer.Option(envvar="TOCSIN_DATA", help="Folder with news/, udhr/ and hatecheck/.")
    ] = BESIDE,
) -> None:
    """Measure everything that can be measured with the data at hand."""
    started_at = datetime.now(UTC)
    detection = measure_detection(REPOSITORY)
    outside = measure_hatecheck(REPOSITORY, data)
    languages = measure_headlines(data)
    copies = measure_copies(data)
    _print(detection, outside, languages, copies)
    write_results("evaluation", started_at, _flat(detection, outside, languages, copies))
    on = started_at.date()
    CARDS.mkdir(parents=True, exist_ok=True)
    _write("patterns.md", patterns_card(detection, outside, on))
    if languages:
        _write("language.md", plain_card("Language of a text", _LANGUAGES, languages, on))
    if copies:
        _write("near-copies.md", plain_card("Near copies", _COPIES, copies, on))


def _write(name: str, card: str) -> None:
    (CARDS / name).write_text(card, encoding="utf-8")


def _print(
    detection: dict[str, Detection],
    outside: dict[str, Outside],
    languages: dict[str, float],
    copies: dict[str, float],
) -> None:
    for code, one in detection.items():
        # Of the frozen half only figures are shown, or it would not stay frozen.
        shown = [reading for reading in one.readings if not reading.sentence.frozen]
        for kind, rows in zip(("wrong", "missed"), worst(shown, WORST), strict=True):
            for row in rows:
                console.print(f"{code} {kind}  {escape(row.sentence.text)}")
    for code, one in detection.items():
        _line(f"{code} challenge, frozen half (its author wrote the patterns)", one.frozen)
    for code, other in outside.items():
        _line(f"{code} HateCheck, sentences of others", other.figures)
    console.print(f"language of headlines: {languages or 'no data'}")
    console.print(f"near copies: {copies or 'no data'}")


def _line(name: str, figures: Figures) -> None:
    precision, recall = figures.precision, figures.recall
    console.print(
        f"{name}: precision {precision.value:.2f} (from {precision.low:.2f}), "
        f"recall {recall.value:.2f} (from {recall.low:.2f}), F1 {figures.f1.value:.2f}"
    )


def _flat(
    detection: dict[str, Detection],
    outside: dict[str, Outside],
    languages: dict[str, float],
    copies: dict[str, float],
) -> dict[str, Any]:
    """Return what was measured by the keys of the results file; what was not has none."""
    found: dict[str, Any] = {
        "hallmarks": {code: _shares(one.frozen) for code, one in detection.items()},
        "hallmarks_held_out": False,
    }
    if outside:
        found["outside"] = {
            code: _shares(one.figures) | {"left_alone": one.left_alone}
            for code, one in outside.items()
        }
    if languages:
        found["language"] = {code: {"accuracy": share} for code, share in languages.items()}
    if copies:
        found["duplicates"] = copies
    return found


def _shares(figures: Figures) -> dict[str, Any]:
    return {
        "precision": round(figures.precision.value, 3),
        "precision_low": round(figures.precision.low, 3),
        "recall": round(figures.recall.value, 3),
        "recall_low": round(figures.recall.low, 3),
        "f1": round(figures.f1.value, 3),
    }


if __name__ == "__main__":
    typer.run(main)
