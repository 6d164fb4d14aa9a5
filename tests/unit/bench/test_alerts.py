"""The detector beside a z-score and a moving average: the benchmark in small, with a fixed seed."""

from __future__ import annotations

import numpy as np
import pytest

from deploy.bench.alerts.corpus import Flags
from deploy.bench.alerts.families import Plan, families
from deploy.bench.alerts.trial import Result, Size, compare, level_of, try_family

FLAGS = Flags(np.array([1.0, *[0.0] * 30]), "one in 31")


@pytest.mark.parametrize("family", ["weekly_negative_binomial", "outages_and_floods"])
def test_tocsin_finds_more_than_both_at_the_same_price(family: str) -> None:
    results = try_family(families(FLAGS)[family], 7, Size(quiet_years=2, rises=30))

    assert set(compare(results).values()) == {1}
    assert all(one.false_alarms_a_year <= 1 for one in results.values())


def test_equal_findings_are_neither_better_nor_worse() -> None:
    same = Result(np.array([12.0, 24.0, np.inf]), 1.0)

    assert compare({"tocsin": same, "zscore": same}) == {"zscore": 0}


def test_a_level_lets_one_alarm_a_series_through() -> None:
    scores = np.zeros(400)
    scores[[50, 51, 200, 350]] = [3, 4, 5, 6]

    assert 5 <= level_of([scores]) < 6


def test_a_rise_leaves_the_time_before_it_as_it_was() -> None:
    for maker in families(FLAGS).values():
        quiet = maker(np.random.default_rng(3), Plan(20, None))
        rising = maker(np.random.default_rng(3), Plan(20, 60))
        assert (quiet.exposure == rising.exposure).all()
