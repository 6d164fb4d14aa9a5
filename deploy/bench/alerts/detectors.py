"""Tocsin's detector as it ships, and the two that everybody can write, all asked at each quarter.

Each returns a score for every quarter of a day from `WARM_DAYS` on; higher is more surprising.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, timedelta
from math import log10

import numpy as np

from deploy.bench.alerts.families import QUARTERS, Floats, Series
from services.alerts.baselines.expectation import Expectation, expect
from services.alerts.baselines.history import Day
from services.alerts.baselines.periods import Periods
from services.alerts.baselines.surprise import WINDOWS, surprise

Detector = Callable[[Series], Floats]
WARM_DAYS = 126
PAST_DAYS = 28
SMOOTHING = 0.2  # of the moving average: about nine days, the usual choice
LEAST_SPREAD = 0.5  # a series that never moved would make any count infinite
FIRST = date(2024, 1, 1)  # a Monday; any will do
NOTHING = 1e-300


def tocsin(series: Series) -> Floats:
    """Ask the product's own functions, with what is known of today so far."""
    whole = [
        Day(FIRST + timedelta(days=n), float(c), float(e))
        for n, (c, e) in enumerate(
            zip(series.counts.sum(axis=1), series.exposure.sum(axis=1), strict=True)
        )
    ]
    scores: list[float] = []
    for day in range(WARM_DAYS, len(whole)):
        usual = _usual(whole, day)
        for window in _quarters(series, whole, day):
            found = surprise(window, usual)
            scores.append(-log10(max(found.probability, NOTHING)) if found else 0.0)
    return np.array(scores)


def zscore(series: Series) -> Floats:
    """Compare the last 24 hours with mean and spread of the four weeks before."""
    last, mean, spread = _plain(series)
    return (last - mean) / spread


def ewma(series: Series) -> Floats:
    """Compare an exponentially weighted average of the last days with the same."""
    last, mean, spread = _plain(series, smoothed=True)
    narrowed: Floats = spread * np.sqrt(SMOOTHING / (2 - SMOOTHING))
    return (last - mean) / narrowed


DETECTORS: Mapping[str, Detector] = {"tocsin": tocsin, "zscore": zscore, "ewma": ewma}


def _usual(whole: list[Day], day: int) -> list[tuple[str, Expectation]]:
    known = {one.on: one for one in whole[:day]}
    periods = {
        name: expect([known[on] for on in days if on in known])
        for name, days in Periods().of(whole[day].on).items()
    }
    return [(name, found) for name, found in periods.items() if found]


def _quarters(series: Series, whole: list[Day], day: int) -> list[list[Day]]:
    """Return the last days as they stood after each quarter of a day."""
    counts = np.cumsum(series.counts[day])
    exposure = np.cumsum(series.exposure[day])
    before = whole[day - max(WINDOWS) + 1 : day]
    today = whole[day].on
    return [[*before, Day(today, float(counts[n]), float(exposure[n]))] for n in range(QUARTERS)]


def _plain(series: Series, *, smoothed: bool = False) -> tuple[Floats, Floats, Floats]:
    """Return the counts of the last 24 hours with mean and spread of the days before, by quarter.

    Days end at each quarter in turn, so that nobody has to wait for midnight.
    """
    flat = series.counts.ravel()
    sums = np.concatenate([[0.0], np.cumsum(flat)])
    day = sums[QUARTERS:] - sums[:-QUARTERS]
    day = np.concatenate([np.zeros(QUARTERS - 1), day])
    first = WARM_DAYS * QUARTERS
    places = np.arange(first, flat.size)
    back = places[:, None] - QUARTERS * np.arange(1, PAST_DAYS + 1)
    past = day[back]
    last = day[places]
    if smoothed:
        weights = SMOOTHING * (1 - SMOOTHING) ** np.arange(PAST_DAYS + 1)
        last = (day[np.column_stack([places, back])] * weights).sum(axis=1) / weights.sum()
    return last, past.mean(axis=1), np.maximum(past.std(axis=1, ddof=1), LEAST_SPREAD)
