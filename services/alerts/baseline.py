"""What a group of outlets usually carries: the mean of the days on which it was really read.

A day on which nothing was read is left out, never counted as a zero; so is a day on which far
fewer outlets than usual were read. Otherwise an outage would make the next ordinary day look
like a wave.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from statistics import median

from services.alerts.series import Reader
from services.alerts.verdict import Line


@dataclass(frozen=True, slots=True)
class DayCount:
    """The mean of different texts a day, over how many days, and how many were left out."""

    expected: float
    days: int
    excluded: int


def expected_of(
    days: Sequence[date],
    lines: Mapping[date, Sequence[Line]],
    read: Mapping[date, set[Reader]],
    unusable: frozenset[tuple[str, date]],
    minimum_outlet_share: float,
) -> DayCount:
    """Return the mean over `days`; `read` and so `lines` are those of one side's outlets."""
    outlets = {day: _usable(day, read, unusable) for day in days}
    many = {day: len({who.outlet_id for who in found}) for day, found in outlets.items()}
    usual = median([number for number in many.values() if number] or [0])
    kept = [day for day in days if many[day] and many[day] >= minimum_outlet_share * usual]
    counted = sum(_texts(lines.get(day, ()), outlets[day]) for day in kept)
    mean = round(counted / len(kept), 6) if kept else 0.0
    return DayCount(mean, len(kept), len(days) - len(kept))


def _usable(
    day: date, read: Mapping[date, set[Reader]], unusable: frozenset[tuple[str, date]]
) -> set[Reader]:
    return {who for who in read.get(day, set()) if (who.outlet_id, day) not in unusable}


def _texts(lines: Sequence[Line], outlets: set[Reader]) -> int:
    """Count different texts of outlets that were usably read, backfilled ones too."""
    return len({line.sighting.cluster_id for line in lines if _reader(line) in outlets})


def _reader(line: Line) -> Reader:
    seen = line.sighting
    return Reader(seen.outlet_id, seen.base, seen.owner_kind)
