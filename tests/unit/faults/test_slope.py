"""When a series counts as growing."""

from __future__ import annotations

import pytest

from deploy.faults.slope import growth


def test_a_level_series_does_not_grow() -> None:
    assert growth([100.0] * 200) == pytest.approx(0)


def test_a_rise_of_a_tenth_is_a_tenth_of_the_mean() -> None:
    assert growth([100 + 10 * number / 199 for number in range(200)]) == pytest.approx(0.0952, 0.01)


def test_noise_around_a_level_is_no_growth() -> None:
    assert abs(growth([100 + (-1) ** number * 3 for number in range(200)])) < 0.01


def test_too_few_samples_say_nothing() -> None:
    assert growth([5.0]) == 0
