"""What a series is expected to carry, learnt from its own past, and how sure that is.

The rate is of matching texts per item read, so that more articles are not more incitement. Days
that stand out from their own past teach less (the scheme of Farrington et al. 1996, used by public
health for thirty years), so that a burst does not hide the next one. Each weekday has its factor,
drawn towards one while little is known of it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt
from statistics import median

from services.alerts.baselines.history import Day

# Farrington's limit, the upper half per cent of a normal distribution: days above it count less.
STANDS_OUT = 2.58
REFITS = 3
# A normal distribution's spread over the median of its distances from the middle.
NORMAL_MEDIAN = 1.4826
# How much a weekday must have carried until its own share outweighs the average day's.
WEEKDAY_TEXTS = 5.0
# News comes in clusters, so counts vary more than a Poisson's even in quiet times. Until a series
# has shown its own spread, it is taken for one and a half times that, with the weight of a week.
USUAL_DISPERSION = 1.5
DISPERSION_DAYS = 7.0
# Half a text, Jeffreys' prior of a rate: what was never seen is rare, and not impossible.
PRIOR_TEXTS = 0.5


@dataclass(frozen=True, slots=True)
class Prior:
    """What the neighbours of a series say about it: so many texts in so many items."""

    texts: float
    exposure: float

    @property
    def rate(self) -> float:
        """Texts an item."""
        return self.texts / self.exposure


NO_PRIOR = Prior(PRIOR_TEXTS, 0.0)


@dataclass(frozen=True, slots=True)
class Expectation:
    """A rate with its week, its spread, and the texts on which it rests (`texts`)."""

    rate: float
    week: tuple[float, ...]
    dispersion: float
    texts: float
    days: int
    pooled: bool

    def of(self, days: Sequence[Day]) -> tuple[float, float]:
        """Return mean and variance of what some days together should carry.

        The variance is of the counts themselves and of our knowledge of the rate.
        """
        mean = self.rate * sum(self.week[day.weekday] * day.exposure for day in days)
        return mean, self.dispersion * (mean + mean * mean / self.texts)


def expect(days: Sequence[Day], prior: Prior = NO_PRIOR) -> Expectation | None:
    """Learn from the days of a series; None where neither they nor the prior say anything."""
    usable = [day for day in days if day.exposure > 0]
    if not usable and not prior.exposure:
        return None
    weights = [1.0] * len(usable)
    for _ in range(REFITS):
        fitted = _fit(usable, weights, prior)
        weights = _weights(usable, fitted)
    return _fit(usable, weights, prior)


def _fit(days: Sequence[Day], weights: Sequence[float], prior: Prior) -> Expectation:
    week = _week(days, weights, prior)
    texts = prior.texts + sum(w * day.observed for day, w in zip(days, weights, strict=True))
    exposure = prior.exposure + sum(
        w * day.exposure * week[day.weekday] for day, w in zip(days, weights, strict=True)
    )
    rate = texts / exposure
    dispersion = _dispersion(days, weights, rate, week)
    return Expectation(rate, week, dispersion, texts, len(days), pooled=prior.exposure > 0)


def _week(days: Sequence[Day], weights: Sequence[float], prior: Prior) -> tuple[float, ...]:
    """Return a factor for each weekday, which average to about one."""
    texts = prior.texts + sum(w * day.observed for day, w in zip(days, weights, strict=True))
    exposure = prior.exposure + sum(w * day.exposure for day, w in zip(days, weights, strict=True))
    seen, usual = [WEEKDAY_TEXTS] * 7, [WEEKDAY_TEXTS] * 7
    for day, weight in zip(days, weights, strict=True):
        seen[day.weekday] += weight * day.observed
        usual[day.weekday] += weight * day.exposure * texts / exposure
    return tuple(one / other for one, other in zip(seen, usual, strict=True))


def _dispersion(
    days: Sequence[Day], weights: Sequence[float], rate: float, week: Sequence[float]
) -> float:
    """Return how many times a Poisson's variance the counts vary, at least once."""
    squares = DISPERSION_DAYS * USUAL_DISPERSION
    for day, weight in zip(days, weights, strict=True):
        mean = rate * week[day.weekday] * day.exposure
        squares += weight * (day.observed - mean) ** 2 / mean
    return max(1.0, squares / (DISPERSION_DAYS + max(0, len(days) - 1)))


def _weights(days: Sequence[Day], fitted: Expectation) -> list[float]:
    """Return how much each day teaches: less, the further above its own past it stands.

    The spread that they are measured by is that of the middle half, which no burst can widen.
    """
    residuals = [_residual(day, fitted) for day in days]
    middle = median(abs(one) for one in residuals) if residuals else 0.0
    spread = max(sqrt(USUAL_DISPERSION), NORMAL_MEDIAN * middle)
    limit = STANDS_OUT * spread
    return [1.0 if one <= limit else (limit / one) ** 2 for one in residuals]


def _residual(day: Day, fitted: Expectation) -> float:
    """Return Anscombe's residual, which takes out the skew of small counts."""
    mean, _ = fitted.of([day])
    return float(1.5 * (day.observed ** (2 / 3) - mean ** (2 / 3)) / mean ** (1 / 6))
