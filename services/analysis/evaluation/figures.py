"""Precision, recall and F1 with bootstrap intervals.

An interval is the middle 95 % of what the figure would have been on sets of the same size
drawn from this one with replacement; the draws have a seed, so the same set gives the
same interval.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from random import Random

DRAWS = 2_000
SEED = 20_260_101
LOW = 0.025


@dataclass(frozen=True, slots=True)
class Outcome:
    """Whether something was there to be found, and whether it was found."""

    wanted: bool
    found: bool


@dataclass(frozen=True, slots=True)
class Figure:
    """A share with the bounds of its 95 % interval."""

    value: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Figures:
    """What a set of outcomes comes to; a figure of nothing is 0, not 1."""

    precision: Figure
    recall: Figure
    f1: Figure
    positives: int
    size: int


def measure(outcomes: Sequence[Outcome]) -> Figures:
    """Return the figures of *outcomes* with their intervals."""
    draw = Random(SEED)  # noqa: S311 - a bootstrap keeps no secret
    draws = DRAWS if outcomes else 0
    samples = [_shares(draw.choices(outcomes, k=len(outcomes))) for _ in range(draws)]
    precision, recall, f1 = (
        _figure(value, sorted(sample[place] for sample in samples))
        for place, value in enumerate(_shares(outcomes))
    )
    return Figures(precision, recall, f1, sum(one.wanted for one in outcomes), len(outcomes))


def _figure(value: float, samples: Sequence[float]) -> Figure:
    if not samples:
        return Figure(value, 0.0, 0.0)
    cut = int(LOW * len(samples))
    return Figure(value, samples[cut], samples[-1 - cut])


def _shares(outcomes: Sequence[Outcome]) -> tuple[float, float, float]:
    right = sum(one.wanted and one.found for one in outcomes)
    found = sum(one.found for one in outcomes)
    wanted = sum(one.wanted for one in outcomes)
    precision = right / found if found else 0.0
    recall = right / wanted if wanted else 0.0
    both = precision + recall
    return precision, recall, 2 * precision * recall / both if both else 0.0
