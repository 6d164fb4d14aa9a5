"""What is known of a series day by day: how much was counted, out of how much that was read."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Day:
    """One day of a series: different texts that matched, out of items that were read or heard.

    A day without exposure says nothing; it is never a day on which nothing was said.
    """

    on: date
    observed: float
    exposure: float

    @property
    def weekday(self) -> int:
        """Monday is 0."""
        return self.on.weekday()
