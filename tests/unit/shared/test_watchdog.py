"""When the watchdog calls a consumer stuck."""

from __future__ import annotations

from shared.consume import Progress
from shared.watchdog import Verdict


def test_lag_without_movement_for_the_whole_time_is_stuck() -> None:
    verdict, progress = Verdict(120), Progress(moved_at=0)
    assert not verdict.stuck(5, 1000, progress)
    assert not verdict.stuck(5, 1119, progress)
    assert verdict.stuck(5, 1120, progress)


def test_an_attempt_counts_as_movement() -> None:
    verdict, progress = Verdict(120), Progress(moved_at=0)
    assert not verdict.stuck(5, 1000, progress)
    progress.moved_at = 1100
    assert not verdict.stuck(5, 1130, progress)


def test_lag_after_a_long_idle_time_is_given_the_whole_time() -> None:
    verdict, progress = Verdict(120), Progress(moved_at=0)
    assert not verdict.stuck(0, 9000, progress)
    assert not verdict.stuck(1, 9015, progress)
    assert not verdict.stuck(1, 9100, progress)


def test_a_parked_consumer_is_never_stuck() -> None:
    verdict, progress = Verdict(120), Progress(moved_at=0, parked=True)
    assert not verdict.stuck(5, 1000, progress)
    assert not verdict.stuck(5, 5000, progress)
