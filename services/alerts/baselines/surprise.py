"""How surprising the last days of a series are, beside its recent weeks and a time further back.

The recent weeks show what has changed now. They follow a slow climb and take it for the usual, as
they take an outlet that always incites: a period of reference further back, which nothing recent
has taught, keeps both in sight. Windows of several lengths end on the day, since a burst shows in
a day and a rise of a half shows in a week.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from services.alerts.baselines.expectation import Expectation
from services.alerts.baselines.history import Day
from services.alerts.baselines.tail import combined, upper_tail

WINDOWS = (1, 2, 3, 5, 7)  # days


@dataclass(frozen=True, slots=True)
class Surprise:
    """The most surprising window, with the numbers that make it so.

    `probability` is corrected for the number of windows and periods that were tried.
    """

    observed: float
    expected: float
    exposure: float
    probability: float
    window_days: int
    against: str


def surprise(
    days: Sequence[Day],
    periods: Iterable[tuple[str, Expectation]],
    windows: Sequence[int] = WINDOWS,
) -> Surprise | None:
    """Compare the windows that end on the last of `days` with each period; None without any."""
    found = [one for named in periods for one in _compared(days, *named, windows)]
    if not found:
        return None
    best = min(found, key=lambda one: (one.probability, one.window_days, one.against))
    return replace(best, probability=combined([one.probability for one in found]))


def _compared(
    days: Sequence[Day], against: str, usual: Expectation, windows: Sequence[int]
) -> Iterator[Surprise]:
    for length in windows:
        window = days[-length:]
        if len(window) < length:
            continue
        observed = sum(day.observed for day in window)
        mean, variance = usual.of(window)
        chance = upper_tail(observed, mean, variance) if observed > mean else 1.0
        exposure = sum(day.exposure for day in window)
        yield Surprise(observed, mean, exposure, chance, length, against)
