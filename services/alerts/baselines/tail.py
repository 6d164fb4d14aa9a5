"""The two formulas of the comparison: a tail probability, and control of false discoveries."""

from __future__ import annotations

from collections.abc import Sequence
from math import exp, lgamma, log, log1p

ITERATIONS = 300
ENOUGH = 1e-12
TINY = 1e-300
# Above this size the negative binomial differs from the Poisson by less than any estimate of ours.
LARGEST_SIZE = 1e6


def upper_tail(observed: float, mean: float, variance: float) -> float:
    """Return the chance of `observed` or more under a negative binomial of that mean and variance.

    A variance at or below the mean is read as the Poisson's. The chance of n or more of a negative
    binomial of size k and mean m is the regularised incomplete beta function at m / (m + k) of n
    and k (Johnson, Kemp and Kotz, Univariate Discrete Distributions, chapter 5).
    """
    if observed <= 0:
        return 1.0
    if mean <= 0:
        return 0.0
    size = min(LARGEST_SIZE, mean * mean / max(variance - mean, TINY))
    return _beta(observed, size, mean / (mean + size))


def _beta(a: float, b: float, x: float) -> float:
    """Return the regularised incomplete beta function by its continued fraction."""
    front = exp(lgamma(a + b) - lgamma(a) - lgamma(b) + a * log(x) + b * log1p(-x))
    if x < (a + 1) / (a + b + 2):
        return min(1.0, front * _fraction(a, b, x) / a)
    return max(0.0, 1 - front * _fraction(b, a, 1 - x) / b)


def _fraction(a: float, b: float, x: float) -> float:
    """Evaluate the fraction by Lentz's method, as in Press et al., Numerical Recipes, 6.4."""
    c, d = 1.0, 1 / _away(1 - (a + b) * x / (a + 1))
    value = d
    for m in range(1, ITERATIONS):
        even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m))
        odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1))
        for term in (even, odd):
            d = 1 / _away(1 + term * d)
            c = _away(1 + term / c)
            value *= c * d
        if abs(c * d - 1) < ENOUGH:
            break
    return value


def _away(value: float) -> float:
    """Keep a denominator away from nought."""
    return value if abs(value) > TINY else TINY


def discoveries(probabilities: Sequence[float], rate: float, watched: int) -> list[bool]:
    """Return which of some tests stand out when `watched` were made in all.

    Benjamini and Hochberg's procedure: of those named, on average at most `rate` are false. Tests
    that are not among `probabilities` count as ones that found nothing.
    """
    ordered = sorted(probabilities)
    tests = max(watched, len(ordered))
    passing = [p for rank, p in enumerate(ordered, start=1) if p <= rate * rank / tests]
    limit = max(passing, default=-1.0)
    return [p <= limit for p in probabilities]


def combined(probabilities: Sequence[float]) -> float:
    """Return one probability for the smallest of several looks at the same numbers.

    Bonferroni's bound: careful, since the looks depend on each other, and never wrong.
    """
    return min(1.0, min(probabilities) * len(probabilities)) if probabilities else 1.0
