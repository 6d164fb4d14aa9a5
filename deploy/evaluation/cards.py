"""The cards of `docs/models/`: what a part of the analysis is for, and what was measured when."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from deploy.evaluation.measures import Detection, Outside
from services.analysis.analyse import ANALYSIS_VERSION
from services.analysis.evaluation.figures import Figure, Figures

_HEAD = "Written by `make evaluate` on {on}, analysis {version}. Not edited by hand.\n"


def patterns_card(
    detection: Mapping[str, Detection], outside: Mapping[str, Outside], on: date
) -> str:
    """Return the card of the patterns and of what lowers a match."""
    return "\n".join(
        [
            "# Patterns, and what lowers a match",
            "",
            _head(on),
            "For triage by people who read the passage. Not for counting hate, not for judging",
            "anybody, and not evidence that nothing was said where nothing was found.",
            "",
            "## On sentences that others wrote",
            "",
            "HateCheck's templates with an invented group: open threats and dehumanisation should",
            "be found, counter-speech, denials and neutral mentions left alone. Tweets, no news.",
            "These are the figures to expect of texts that the patterns' author has not seen.",
            "",
            _table({code: one.figures for code, one in outside.items()}),
            "Share left alone, by kind:",
            "",
            *(f"- {code}: {_shares(one.left_alone)}" for code, one in outside.items()),
            "",
            "## On the challenge sets, frozen half",
            "",
            "**Read with care: not held out from their author.** The sentences were committed",
            "before the patterns were widened, but the same hand wrote both, so these figures say",
            "that the patterns cover what their author thought of. In am, ln, rw, so and sw they",
            "say little else, and no native speaker has checked either side. A set by somebody",
            "who has not seen the patterns has still to be written.",
            "",
            _table({code: one.frozen for code, one in detection.items()}),
            "The same by indicator (F1; a dash where the half holds none):",
            "",
            _indicators(detection),
        ]
    )


def plain_card(title: str, text: str, figures: Mapping[str, float], on: date) -> str:
    """Return the card of a part that has one figure a name."""
    rows = [f"| {name} | {value} |" for name, value in figures.items()]
    return "\n".join([f"# {title}", "", _head(on), text, "", "| | |", "|---|---|", *rows, ""])


def _head(on: date) -> str:
    return _HEAD.format(on=on.isoformat(), version=ANALYSIS_VERSION)


def _table(figures: Mapping[str, Figures]) -> str:
    rows = [
        f"| {code} | {one.size} | {one.positives} | {_range(one.precision)} "
        f"| {_range(one.recall)} | {_range(one.f1)} |"
        for code, one in figures.items()
    ]
    head = ["| | sentences | to be found | precision | recall | F1 |", "|---|---|---|---|---|---|"]
    return "\n".join([*head, *rows, ""])


def _range(figure: Figure) -> str:
    return f"{figure.value:.2f} ({figure.low:.2f}-{figure.high:.2f})"


def _shares(shares: Mapping[str, float]) -> str:
    return ", ".join(f"{name} {share:.2f}" for name, share in shares.items())


def _indicators(detection: Mapping[str, Detection]) -> str:
    names = list(next(iter(detection.values())).indicators)
    rows = [
        f"| {code} | "
        + " | ".join(
            f"{one.indicators[name].f1.value:.2f}" if one.indicators[name].positives else "-"
            for name in names
        )
        + " |"
        for code, one in detection.items()
    ]
    head = [f"| | {' | '.join(names)} |", "|---" * (len(names) + 1) + "|"]
    return "\n".join([*head, *rows, ""])
