"""The timeline normalised: of what was read in each step, which share is in this result.

More items in a week may only mean that more was read. So a step in which nothing was read has
no column at all, which is not the same as a column of no height.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from services.portal.search.model import TimelineColumn

ROW_HEIGHT = 72  # pixels
STATE, PRIVATE = frozenset({"state"}), frozenset({"private"})
ALL = "all"
CLASSES = ("state", "private", "other")


@dataclass(frozen=True, slots=True)
class ShareBar:
    """One step: its items among those that were read, and the place of its bar."""

    day: date
    found: int
    read: int
    x: float
    width: float
    height: float

    @property
    def share(self) -> float:
        """Return the share in percent; nothing where nothing was read."""
        return 100 * self.found / self.read if self.read else 0.0


@dataclass(frozen=True, slots=True)
class ShareRow:
    """One class of ownership over time."""

    name: str
    bars: tuple[ShareBar, ...]
    found: int
    read: int

    @property
    def share(self) -> float:
        """Return the share of the whole time in percent."""
        return 100 * self.found / self.read if self.read else 0.0


@dataclass(frozen=True, slots=True)
class ShareChart:
    """All rows on one scale, so that they can be compared."""

    rows: tuple[ShareRow, ...]
    top: float
    height: int = ROW_HEIGHT


def create_share_chart(columns: Sequence[TimelineColumn], *, split: bool) -> ShareChart:
    """Return one row for all media, or a row each for state, private and other media."""
    names = CLASSES if split else (ALL,)
    counts = {name: [_counts(name, column) for column in columns] for name in names}
    shares = [found / read for pairs in counts.values() for found, read in pairs if read]
    top = max((100 * one for one in shares), default=0.0) or 1.0
    days = [column.day for column in columns]
    rows = tuple(_row(name, days, pairs, top) for name, pairs in counts.items())
    return ShareChart(rows, top)


def class_of(owner: str) -> str:
    """Return the class of ownership by which media are compared."""
    return owner if owner in STATE | PRIVATE else "other"


def _counts(name: str, column: TimelineColumn) -> tuple[int, int]:
    if name == ALL:
        return column.total, column.read
    return _sum(column.owners.items(), name), _sum(column.read_owners.items(), name)


def _sum(counted: Iterable[tuple[str, int]], name: str) -> int:
    return sum(count for owner, count in counted if class_of(owner) == name)


def _row(name: str, days: Sequence[date], pairs: Sequence[tuple[int, int]], top: float) -> ShareRow:
    pitch = 100 / max(len(days), 1)
    bars = tuple(
        ShareBar(
            day,
            found,
            read,
            round(index * pitch, 2),
            round(pitch * 0.88, 2),
            round(ROW_HEIGHT * (100 * found / read) / top, 2) if read else 0.0,
        )
        for index, (day, (found, read)) in enumerate(zip(days, pairs, strict=True))
    )
    return ShareRow(name, bars, sum(f for f, _ in pairs), sum(r for _, r in pairs))
