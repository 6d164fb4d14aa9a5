"""The tail against sums over the distribution itself, and the control of false discoveries."""

from __future__ import annotations

from itertools import pairwise
from math import exp, lgamma, log

import pytest

from services.alerts.baselines.tail import combined, discoveries, upper_tail


def summed(observed: int, mean: float, variance: float) -> float:
    size = mean * mean / (variance - mean)
    chance = mean / (mean + size)
    below = sum(
        exp(lgamma(n + size) - lgamma(n + 1) - lgamma(size) + n * log(chance))
        * (1 - chance) ** size
        for n in range(observed)
    )
    return float(1 - below)


@pytest.mark.parametrize("mean", [0.05, 1.0, 7.5, 40.0])
@pytest.mark.parametrize("spread", [1.2, 4.0])
def test_the_tail_is_the_sum_of_the_distribution(mean: float, spread: float) -> None:
    for observed in (1, 2, 5, 10, 60):
        wanted = summed(observed, mean, spread * mean)
        assert upper_tail(observed, mean, spread * mean) == pytest.approx(wanted, abs=1e-9)


def test_a_variance_of_the_mean_is_the_poisson() -> None:
    poisson = 1 - exp(-2.0) * sum(2.0**n / [1, 1, 2, 6][n] for n in range(4))

    assert upper_tail(4, 2.0, 2.0) == pytest.approx(poisson, rel=1e-4)


def test_nothing_is_no_surprise_and_something_out_of_nothing_is_all() -> None:
    assert upper_tail(0, 3.0, 4.0) == 1.0
    assert upper_tail(1, 0.0, 0.0) == 0.0


def test_far_tails_stay_in_order() -> None:
    tails = [upper_tail(n, 2.0, 4.0) for n in range(1, 200)]

    assert all(one > other > 0 for one, other in pairwise(tails))


def test_what_stands_out_of_one_test_does_not_stand_out_of_a_hundred() -> None:
    assert discoveries([0.03], 0.05, watched=1) == [True]
    assert discoveries([0.03], 0.05, watched=100) == [False]


def test_a_weaker_finding_passes_beside_stronger_ones() -> None:
    assert discoveries([0.02, 0.001, 0.9], 0.05, watched=3) == [True, True, False]
    assert discoveries([], 0.05, watched=3) == []


def test_the_best_of_many_looks_pays_for_the_looks() -> None:
    assert combined([0.01, 0.5]) == 0.02
    assert combined([]) == 1.0
