"""One family's trial: each detector is set to one false alarm a series a year, then asked.

The level is found on quiet series of its own; recall and delay are taken on others, which hold
one rise each. All detectors see the same series.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from deploy.bench.alerts.detectors import DETECTORS, WARM_DAYS
from deploy.bench.alerts.families import QUARTERS, Floats, Maker, Plan

YEAR_DAYS = 365
QUIET_AGAIN = 3 * QUARTERS  # alarms within three days of each other are one
HOURS = 24 // QUARTERS
SEARCH_STEPS = 40


@dataclass(frozen=True, slots=True)
class Size:
    """How many series a family is tried on, and for how long a rise may be found."""

    quiet_years: int = 24
    rises: int = 150
    days_to_find: int = 7


@dataclass(frozen=True, slots=True)
class Result:
    """What one detector found: a delay in hours for each rise, infinite where it found none."""

    delays: Floats
    false_alarms_a_year: float

    @property
    def recall(self) -> float:
        """The share of rises that were found."""
        return float(np.isfinite(self.delays).mean())

    @property
    def median_delay_hours(self) -> float:
        """The median over all rises, those that were missed counted as the whole time."""
        return float(np.median(self.delays))


def try_family(maker: Maker, seed: int, size: Size) -> dict[str, Result]:
    """Return what each detector found in one family."""
    rng = np.random.default_rng(seed)
    quiet = [maker(rng, Plan(WARM_DAYS + YEAR_DAYS, None)) for _ in range(size.quiet_years)]
    plans = [_plan(rng, size) for _ in range(size.rises)]
    rises = [(maker(rng, plan), plan) for plan in plans]
    found: dict[str, Result] = {}
    for name, detect in DETECTORS.items():
        scores = [detect(series) for series in quiet]
        level = level_of(scores)
        delays = [_delay(detect(series), plan, level, size) for series, plan in rises]
        alarms = sum(_alarms(one, level) for one in scores) / size.quiet_years
        found[name] = Result(np.array(delays), alarms)
    return found


def _plan(rng: np.random.Generator, size: Size) -> Plan:
    """Let a rise begin in any quarter of a week."""
    onset = WARM_DAYS * QUARTERS + int(rng.integers(0, 7 * QUARTERS))
    return Plan(WARM_DAYS + 8 + size.days_to_find, onset)


def level_of(scores: list[Floats]) -> float:
    """Return the least level with at most one alarm a series a year, by bisection."""
    low, high = (float(min(one.min() for one in scores)), float(max(one.max() for one in scores)))
    for _ in range(SEARCH_STEPS):
        middle = (low + high) / 2
        if sum(_alarms(one, middle) for one in scores) > len(scores):
            low = middle
        else:
            high = middle
    return high


def _alarms(scores: Floats, level: float) -> int:
    """Count alarms: crossings with quiet before them."""
    places = np.flatnonzero(scores > level)
    return int(places.size and 1 + (np.diff(places) > QUIET_AGAIN).sum())


def _delay(scores: Floats, plan: Plan, level: float, size: Size) -> float:
    """Return the hours from the beginning of a rise to the look that noticed it."""
    onset = (plan.onset or 0) - WARM_DAYS * QUARTERS
    after = scores[onset : onset + size.days_to_find * QUARTERS]
    places = np.flatnonzero(after > level)
    return float((places[0] + 1) * HOURS) if places.size else float("inf")


def compare(results: Mapping[str, Result]) -> dict[str, int]:
    """Return, for each rival, 1 where Tocsin is better, -1 where it is worse, else 0.

    Recall decides; where it is equal within chance, delay does, rise by rise.
    """
    ours = results["tocsin"]
    return {name: _better(ours, one) for name, one in results.items() if name != "tocsin"}


def _better(ours: Result, theirs: Result) -> int:
    found = np.isfinite(ours.delays).astype(int) - np.isfinite(theirs.delays).astype(int)
    return _sign(found) or _sign(np.sign(_capped(theirs) - _capped(ours)))


def _capped(result: Result) -> Floats:
    return np.minimum(result.delays, 1e6)


def _sign(differences: Floats) -> int:
    """Return the direction of some paired differences, 0 within two standard errors."""
    total, error = differences.sum(), np.sqrt((differences**2).sum())
    return int(np.sign(total)) if abs(total) > 2 * error else 0
