"""One number for how much an item may matter, and what it is made of."""

from __future__ import annotations

from collections.abc import Iterable
from math import prod

from shared.events import Match, ScorePart


def score_parts(matches: Iterable[Match]) -> tuple[ScorePart, ...]:
    """Return the strongest match of each indicator: repeating a phrase adds nothing."""
    strongest: dict[str, float] = {}
    for match in matches:
        strongest[match.indicator] = max(match.strength, strongest.get(match.indicator, 0.0))
    return tuple(ScorePart(name=name, value=value) for name, value in sorted(strongest.items()))


def score(parts: Iterable[ScorePart]) -> float:
    """Return 1 - product(1 - part): different indicators add up, and never exceed 1."""
    return round(1 - prod(1 - part.value for part in parts), 3)
