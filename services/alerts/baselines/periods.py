"""Which days a window is compared with: the recent weeks, and a time that nothing recent taught."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from services.alerts.baselines.surprise import WINDOWS

# Six weeks: every weekday six times, and short enough to follow a change of the season.
RECENT_DAYS = 42
# Without a fixed period the reference ends so long ago that a climb over two months stands out.
REFERENCE_LAG_DAYS = 63
REFERENCE_DAYS = 42
RECENT, REFERENCE = "recent weeks", "reference"


@dataclass(frozen=True, slots=True)
class Periods:
    """How far the comparisons reach back from the last day of a window.

    The recent days end before the longest window begins, or a rise would be its own past.
    `fixed` are the first and last day of a period that an analyst has chosen.
    """

    recent_days: int = RECENT_DAYS
    fixed: tuple[date, date] | None = None

    def of(self, day: date) -> Mapping[str, tuple[date, ...]]:
        """Return the days of each period, for windows that end on `day`."""
        recent = _days(day - timedelta(days=max(WINDOWS) - 1 + self.recent_days), self.recent_days)
        return {RECENT: recent, REFERENCE: self._reference(day)}

    def _reference(self, day: date) -> tuple[date, ...]:
        if self.fixed is None:
            first = day - timedelta(days=REFERENCE_LAG_DAYS + REFERENCE_DAYS)
            return _days(first, REFERENCE_DAYS)
        first, last = self.fixed
        return tuple(one for one in _days(first, (last - first).days + 1) if one < day)

    @property
    def reach_days(self) -> int:
        """How many days before a window's last day may matter to it, a fixed period apart."""
        return max(
            max(WINDOWS) - 1 + self.recent_days,
            0 if self.fixed else REFERENCE_LAG_DAYS + REFERENCE_DAYS,
        )


def _days(first: date, count: int) -> tuple[date, ...]:
    return tuple(first + timedelta(days=n) for n in range(count))
