"""Six families of series, each hard in its own way; composed, with a seed.

A series is counts and exposure (items read) by day and quarter of a day. A rise multiplies what
is expected from its beginning on; all else of the series is as without it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from deploy.bench.alerts.corpus import Flags

Floats = NDArray[np.float64]
QUARTERS = 4  # looks a day
DAY_SHAPE = np.array([0.1, 0.35, 0.35, 0.2])  # of an ordinary day's items
WEEK_SHAPE = np.array([1.15, 1.1, 1.1, 1.1, 0.75, 0.7, 1.1])  # a Friday and Saturday weekend
ITEMS_A_DAY = 150.0
SUDDEN, SLOW_DAYS = 2.5, 28
SPOKEN_OF_DAYS = 0.5


@dataclass(frozen=True, slots=True)
class Series:
    """Counts and exposure, by day and quarter."""

    counts: Floats
    exposure: Floats


@dataclass(frozen=True, slots=True)
class Plan:
    """How long a series is, and the quarter in which a rise begins; None for a quiet one."""

    days: int
    onset: int | None


Maker = Callable[[np.random.Generator, Plan], Series]


def step(plan: Plan) -> Floats:
    """Return the factor of each quarter of a sudden rise."""
    lift = np.ones(plan.days * QUARTERS)
    if plan.onset is not None:
        lift[plan.onset :] = SUDDEN
    return lift.reshape(plan.days, QUARTERS)


def ramp(plan: Plan) -> Floats:
    """Return the factor of each quarter of a rise that takes four weeks to treble."""
    lift = np.ones(plan.days * QUARTERS)
    if plan.onset is not None:
        rising = np.arange(lift.size - plan.onset) / (SLOW_DAYS * QUARTERS)
        lift[plan.onset :] = 1 + 2 * np.minimum(rising, 1)
    return lift.reshape(plan.days, QUARTERS)


def items(rng: np.random.Generator, days: int) -> Floats:
    """Return how many items are read, with the shapes of week and day."""
    week = WEEK_SHAPE[np.arange(days) % 7]
    mean = ITEMS_A_DAY * week[:, None] * DAY_SHAPE * rng.gamma(25, 1 / 25, size=(days, 1))
    return np.array(rng.poisson(mean), dtype=float)


def spread(rng: np.random.Generator, mean: Floats, variance_ratio: float) -> Floats:
    """Draw negative binomial counts: their variance is so many times their mean."""
    size = np.maximum(mean, 1e-9) / (variance_ratio - 1)
    return np.array(rng.poisson(rng.gamma(size, variance_ratio - 1)), dtype=float)


def weekly(rng: np.random.Generator, plan: Plan) -> Series:
    """Make a negative binomial, with a week in what is printed and another in what is said."""
    exposure = items(rng, plan.days)
    week = np.array([0.8, 0.8, 0.9, 1.0, 1.9, 1.0, 0.8])[np.arange(plan.days) % 7]
    return Series(spread(rng, 0.03 * week[:, None] * exposure * step(plan), 1.5), exposure)


def overdispersed(rng: np.random.Generator, plan: Plan) -> Series:
    """Make counts whose variance is four times their mean."""
    exposure = items(rng, plan.days)
    return Series(spread(rng, 0.05 * exposure * step(plan), 4.0), exposure)


def zero_inflated(rng: np.random.Generator, plan: Plan) -> Series:
    """Make a group that is not spoken of at all on half of the days."""
    exposure = items(rng, plan.days)
    spoken = rng.random((plan.days, 1)) < SPOKEN_OF_DAYS
    return Series(spread(rng, 0.03 * exposure * step(plan), 1.5) * spoken, exposure)


def climbing(rng: np.random.Generator, plan: Plan) -> Series:
    """Make outlets that print more and more, or less and less, and a rate that climbs."""
    drift = np.linspace(1, rng.choice([0.5, 2.0]), plan.days)[:, None]
    exposure = np.round(items(rng, plan.days) * drift)
    return Series(spread(rng, 0.03 * exposure * ramp(plan), 1.5), exposure)


def broken(rng: np.random.Generator, plan: Plan) -> Series:
    """Make outages of one to five days, and days on which six times as much is printed."""
    exposure = items(rng, plan.days)
    for begin in np.flatnonzero(rng.random(plan.days) < 1 / 30):
        exposure[begin : begin + rng.integers(1, 6)] = 0
    for begin in np.flatnonzero(rng.random(plan.days) < 1 / 30):
        exposure[begin : begin + rng.integers(1, 3)] *= 6
    return Series(spread(rng, 0.03 * exposure * step(plan), 1.5), exposure)


def resampled(flags: Flags) -> Maker:
    """Return a maker that draws items of real texts: which of them match, in runs as they came."""

    def make(rng: np.random.Generator, plan: Plan) -> Series:
        exposure = items(rng, plan.days)
        thinned = flags.draw(rng, exposure)
        lift = step(plan)
        further = rng.poisson(flags.share * exposure * (lift - 1)).astype(float)
        return Series(thinned + further, exposure)

    return make


SLOW = frozenset({"drift_and_slow_climb"})  # families whose rise takes weeks


def families(flags: Flags) -> Mapping[str, Maker]:
    """Return the makers by name."""
    return {
        "weekly_negative_binomial": weekly,
        "overdispersed_fourfold": overdispersed,
        "zero_inflated": zero_inflated,
        "drift_and_slow_climb": climbing,
        "outages_and_floods": broken,
        "resampled_from_texts": resampled(flags),
    }
