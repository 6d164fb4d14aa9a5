"""Weeks as desks count them, by ISO 8601: `2026-W11` runs from its Monday to its Sunday."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta

_NAME = re.compile(r"(?P<year>20\d\d|21\d\d)-W(?P<week>\d\d)")


@dataclass(frozen=True, slots=True, order=True)
class Week:
    """One week; its name sorts by time."""

    name: str

    @property
    def first(self) -> date:
        """Return its Monday."""
        year, _, week = self.name.partition("-W")
        return date.fromisocalendar(int(year), int(week), 1)

    @property
    def last(self) -> date:
        """Return its Sunday."""
        return self.first + timedelta(days=6)


def week_of(day: date) -> Week:
    """Return the week in which *day* lies."""
    year, week, _ = day.isocalendar()
    return Week(f"{year}-W{week:02}")


def parse_week(name: str) -> Week | None:
    """Return the week of that name, or None where there is none, as for `2026-W60`."""
    if not _NAME.fullmatch(name):
        return None
    try:
        Week(name).first  # noqa: B018 - a week 53 is not in every year
    except ValueError:
        return None
    return Week(name)
