"""What a group of outlets usually carries, and whether the last days are more than that.

Only what was read counts: a day on which nothing was read, or far fewer outlets than usual, is
left out and never taken for a zero. Otherwise an outage would make the next day look like a wave.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from statistics import median

from services.alerts.baselines.expectation import NO_PRIOR, Expectation, Prior, expect
from services.alerts.baselines.floods import flooding, usual_of
from services.alerts.baselines.history import Day
from services.alerts.baselines.periods import RECENT, Periods
from services.alerts.baselines.strata import (
    WHOLE,
    Lines,
    Read,
    Stratum,
    day_of,
    strata_of,
)
from services.alerts.baselines.surprise import WINDOWS, Surprise, surprise
from services.alerts.rules import Threshold

# With fewer recent days than two weeks a rise would be spread over its own past by long windows.
LONG_ENOUGH_DAYS = 14
# What the neighbours say weighs as two texts of the series' own.
POOLED_TEXTS = 2.0


@dataclass(frozen=True, slots=True)
class Compared:
    """One series of a window beside its past, with what the past rests on."""

    stratum: Stratum
    found: Surprise
    pooled: bool


@dataclass(frozen=True, slots=True)
class Comparison:
    """All series of a window: how many were watched, over how many usable days."""

    series: tuple[Compared, ...]
    watched: int
    days: int
    excluded: int


@dataclass(frozen=True, slots=True)
class Past:
    """One side's outlets day by day, windows included, already without unusable days.

    `country` are all outlets of the country, which lend a short series their history.
    """

    day: date
    lines: Lines
    read: Read
    country_lines: Lines
    country_read: Read


def compare(definition: Threshold, past: Past) -> Comparison:
    """Compare every series of the window that may matter with its recent weeks and reference.

    The others are watched all the same: they count among the tests.
    """
    periods = Periods(definition.baseline_days, definition.fixed_reference).of(past.day)
    recent, windows = _recent(periods[RECENT], past, definition)
    usable = {RECENT: recent} | {
        name: _usable(days, past.read, definition)
        for name, days in periods.items()
        if name != RECENT
    }
    past = _without_floods(past, recent)
    readers = {reader for read in past.read.values() for reader in read}
    outlets = definition.minimum_owners == 1
    strata = strata_of(readers, definition.indicators, outlets=outlets)
    country = _country(past, recent)
    series = [
        _compared(one, past, usable, windows, definition, country)
        for one in strata
        if one == WHOLE or _may_matter(one, past, windows, definition)
    ]
    first = min((on for on, read in past.read.items() if read), default=past.day)
    left_out = sum(1 for on in periods[RECENT] if on >= first and on not in recent)
    found = tuple(one for one in series if one is not None)
    return Comparison(found, len(strata), len(recent), left_out)


def _recent(
    days: Sequence[date], past: Past, definition: Threshold
) -> tuple[list[date], tuple[int, ...]]:
    """Return the usable recent days and the windows that they can be compared with.

    A young series is compared by its last day alone, with all that there is but the two days
    before it, in which a rise may have begun.
    """
    recent = _usable(days, past.read, definition)
    if len(recent) >= LONG_ENOUGH_DAYS:
        return recent, WINDOWS
    young = [past.day - timedelta(days=back) for back in range(3, definition.baseline_days + 3)]
    return _usable(young, past.read, definition), (1,)


def _usable(days: Sequence[date], read: Read, definition: Threshold) -> list[date]:
    """Leave out days on which nobody, or far fewer outlets than usual, was read."""
    many = {on: len({who.outlet_id for who in read.get(on, {})}) for on in days}
    usual = median([number for number in many.values() if number] or [0])
    least = definition.minimum_outlet_share * usual
    return sorted(on for on in days if many[on] and many[on] >= least)


def _without_floods(past: Past, recent: Sequence[date]) -> Past:
    window = [past.day - timedelta(days=back) for back in range(max(WINDOWS))]
    lines, read = dict(past.lines), dict(past.read)
    usual = usual_of(recent, past.lines, past.read)
    for on in window:
        gone = flooding(on, usual, past.lines, past.read)
        if gone:
            kept = [one for one in lines.get(on, []) if one.sighting.outlet_id not in gone]
            lines[on] = kept
            read[on] = {who: n for who, n in read[on].items() if who.outlet_id not in gone}
    return Past(past.day, lines, read, past.country_lines, past.country_read)


def _may_matter(
    stratum: Stratum, past: Past, windows: tuple[int, ...], definition: Threshold
) -> bool:
    window = _days(stratum, [past.day - timedelta(days=b) for b in range(max(windows))], past)
    return sum(one.observed for one in window) >= definition.minimum_count


def _country(past: Past, recent: Sequence[date]) -> Prior:
    """Return what the country's outlets together say to a series without a past."""
    days = [day_of(WHOLE, on, past.country_lines, past.country_read) for on in recent]
    usual = expect(days)
    return Prior(POOLED_TEXTS, POOLED_TEXTS / usual.rate) if usual else NO_PRIOR


def _compared(
    stratum: Stratum,
    past: Past,
    usable: Mapping[str, Sequence[date]],
    windows: tuple[int, ...],
    definition: Threshold,
    country: Prior,
) -> Compared | None:
    periods: list[tuple[str, Expectation]] = []
    for name, days in usable.items():
        known = [one for one in _days(stratum, days, past) if one.exposure]
        enough = len(known) >= definition.minimum_exposure_days
        if enough or name == RECENT:
            usual = expect(known, NO_PRIOR if enough else country)
            periods += [(name, usual)] if usual else []
    window = _days(stratum, [past.day - timedelta(days=b) for b in range(max(windows))], past)
    found = surprise(sorted(window, key=lambda one: one.on), periods, windows)
    pooled = any(usual.pooled for _, usual in periods)
    return Compared(stratum, found, pooled) if found else None


def _days(stratum: Stratum, days: Sequence[date], past: Past) -> list[Day]:
    return [day_of(stratum, on, past.lines, past.read) for on in days]
