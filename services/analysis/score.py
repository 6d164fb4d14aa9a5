"""One number for how much an item may matter, and what it is made of."""

from __future__ import annotations

from calendar import isleap
from collections.abc import Collection, Iterable
from datetime import date, datetime
from math import prod

from services.analysis.desks import DeskDate
from shared.events import Match, ScorePart

# Our own estimates: words weigh a little more about a day on which people remember.
DATE_PART = 0.05
DAYS_ABOUT = 3


def score_parts(matches: Iterable[Match]) -> tuple[ScorePart, ...]:
    """Return the strongest match of each indicator: repeating a phrase adds nothing."""
    strongest: dict[str, float] = {}
    for match in matches:
        strongest[match.indicator] = max(match.strength, strongest.get(match.indicator, 0.0))
    return tuple(ScorePart(name=name, value=value) for name, value in sorted(strongest.items()))


def date_parts(
    matches: Collection[Match], event_at: datetime, dates: Iterable[DeskDate]
) -> tuple[ScorePart, ...]:
    """Return a small part for a match on or about a day that matters to the desk's country."""
    if not matches:
        return ()
    near = sorted(one.name for one in dates if _is_near(event_at.date(), one))
    return tuple(ScorePart(name=f"date: {name}", value=DATE_PART) for name in near[:1])


def _is_near(day: date, named: DeskDate) -> bool:
    """Say whether *day* is within a few days of the named one, across the turn of a year."""
    years = [named.year] if named.year else [day.year - 1, day.year, day.year + 1]
    return any(abs((day - _in_year(named, year)).days) <= DAYS_ABOUT for year in years)


def _in_year(named: DeskDate, year: int) -> date:
    leapless = (named.month, named.day) == (2, 29) and not isleap(year)
    return date(year, named.month, 28 if leapless else named.day)


def score(parts: Iterable[ScorePart]) -> float:
    """Return 1 - product(1 - part): different indicators add up, and never exceed 1."""
    return round(1 - prod(1 - part.value for part in parts), 3)
