"""The geometry of the timeline: columns stacked by kind of owner, as numbers for an SVG.

Across, places are percentages, so that the columns stretch with the page while the words
keep their size; down, they are pixels. Colours stand in the style sheet, by class, because
the page allows no inline styles.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from services.portal.search.model import TimelineColumn

HEIGHT, BOTTOM, TOP = 132, 20, 10  # pixels
COUNTS_WIDTH = 40  # pixels beside the columns for the scale
LABELS = 5
LAST_LABEL_PERCENT = 88  # a word that begins further right would be cut off

# From the bottom of a column to its top; also the order of the legend.
OWNERS = (
    "state",
    "public_service",
    "party",
    "armed_group",
    "private",
    "community",
    "religious",
    "un_or_mission",
    "unknown",
)


@dataclass(frozen=True, slots=True)
class Bar:
    """One kind of owner in one column."""

    owner: str
    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class Label:
    """A word at a place on an axis; `x` in percent."""

    x: float
    y: float
    text: str


@dataclass(frozen=True, slots=True)
class Stack:
    """One column with what is said of it."""

    day: date
    total: int
    x: float
    width: float
    bars: tuple[Bar, ...]


@dataclass(frozen=True, slots=True)
class Chart:
    """A whole timeline."""

    stacks: tuple[Stack, ...]
    days: tuple[Label, ...]
    counts: tuple[Label, ...]
    owners: tuple[str, ...]
    counts_width: int = COUNTS_WIDTH
    height: int = HEIGHT
    base: int = HEIGHT - BOTTOM


def create_chart(columns: Sequence[TimelineColumn]) -> Chart:
    """Lay the columns out."""
    top = _ceiling(max((column.total for column in columns), default=0))
    pitch = 100 / max(len(columns), 1)
    stacks = tuple(
        _stack(column, index * pitch, pitch, top) for index, column in enumerate(columns)
    )
    present = {owner for column in columns for owner, count in column.owners.items() if count}
    return Chart(
        stacks=stacks,
        days=_day_labels(stacks),
        counts=tuple(
            Label(100, _y(value, top), f"{value:,}") for value in sorted({0, top // 2, top})
        ),
        owners=tuple(owner for owner in OWNERS if owner in present),
    )


def _stack(column: TimelineColumn, x: float, pitch: float, top: int) -> Stack:
    gap = pitch * 0.12
    bars: list[Bar] = []
    below = 0
    for owner in OWNERS:
        count = column.owners.get(owner, 0)
        if count:
            upper, lower = _y(below + count, top), _y(below, top)
            bars.append(Bar(owner, round(x, 2), upper, round(pitch - gap, 2), lower - upper))
            below += count
    return Stack(column.day, column.total, round(x, 2), round(pitch, 2), tuple(bars))


def _y(value: float, top: int) -> float:
    usable = HEIGHT - BOTTOM - TOP
    return round(HEIGHT - BOTTOM - usable * value / max(top, 1), 2)


def _ceiling(most: int) -> int:
    """Return a round even number at or above *most*, for the top of the scale."""
    if most <= 2:  # noqa: PLR2004 - the least scale with a middle
        return 2
    step = 10 ** math.floor(math.log10(most))
    for factor in (1, 2, 4, 5, 6, 8, 10):
        if factor * step >= most and (factor * step) % 2 == 0:
            return int(factor * step)
    return int(10 * step)


def _day_labels(stacks: Sequence[Stack]) -> tuple[Label, ...]:
    if not stacks:
        return ()
    every = max(1, math.ceil(len(stacks) / LABELS))
    return tuple(
        Label(round(stack.x, 2), HEIGHT - 5, f"{stack.day:%-d %b}")
        for stack in stacks[::every]
        if stack.x <= LAST_LABEL_PERCENT
    )
