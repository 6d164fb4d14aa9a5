"""A text cut at the borders of the passages that were matched in it, overlaps included."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from shared.events import Match, TextField


@dataclass(frozen=True, slots=True)
class Stretch:
    """A stretch of text with the numbers (from 1) of the matches that cover it."""

    text: str
    matches: tuple[int, ...] = ()
    begins: tuple[int, ...] = ()


def stretches(text: str, field: TextField, matches: Sequence[Match]) -> tuple[Stretch, ...]:
    """Return *text* in stretches; together they are exactly the text.

    Offsets count code points, as Python's do. Those beyond the text are cut to it.
    """
    spans = [
        (min(match.start, len(text)), min(match.end, len(text)), number)
        for number, match in enumerate(matches, start=1)
        if match.field is field
    ]
    borders = sorted({0, len(text), *(s for s, _, _ in spans), *(e for _, e, _ in spans)})
    return tuple(
        Stretch(
            text[start:end],
            tuple(number for s, e, number in spans if s <= start and end <= e and s < e),
            tuple(number for s, e, number in spans if s == start and s < e),
        )
        for start, end in pairwise(borders)
    )
