"""Outlets that print far more than they do and say nothing more by it.

One outlet that floods with ordinary news would make everything else look rare, and whoever wants
to hide a campaign can print. Such an outlet leaves both sides of the comparison for that day. It
stays where the flood itself carries more than its own past: then it is what must be noticed.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from statistics import median

from services.alerts.baselines.strata import Lines, Read
from services.alerts.series import Reader
from services.alerts.verdict import Line

# Three times its usual, and three times what the others do: in a crisis all print more.
FLOOD_RATIO = 3.0
# A median of fewer days may be that of a holiday.
LEAST_DAYS = 5


@dataclass(frozen=True, slots=True)
class Usual:
    """What each outlet prints on a usual day, and how often it says what is counted."""

    items: Mapping[str, float]
    rate: Mapping[str, float]


def usual_of(past: Sequence[date], lines: Lines, read: Read) -> Usual:
    """Return the medians over some days, of outlets that were read on enough of them."""
    printed: dict[str, list[float]] = defaultdict(list)
    said: dict[str, int] = defaultdict(int)
    for on in past:
        for outlet_id, items in _items(read.get(on, {})).items():
            printed[outlet_id].append(items)
        for outlet_id, texts in _texts(lines.get(on, ())).items():
            said[outlet_id] += texts
    known = {one: days for one, days in printed.items() if len(days) >= LEAST_DAYS}
    return Usual(
        {one: median(days) for one, days in known.items()},
        {one: said[one] / sum(days) for one, days in known.items()},
    )


def flooding(day: date, usual: Usual, lines: Lines, read: Read) -> frozenset[str]:
    """Return the outlets whose ordinary news floods a day."""
    items = _items(read.get(day, {}))
    ratios = {one: items[one] / usual.items[one] for one in items if one in usual.items}
    if max(ratios.values(), default=0) <= FLOOD_RATIO:
        return frozenset()
    texts = _texts(lines.get(day, ()))
    return frozenset(
        one
        for one, ratio in ratios.items()
        if ratio > FLOOD_RATIO * max(1.0, _others(one, ratios))
        and texts.get(one, 0) <= max(1.0, usual.rate[one] * items[one])
    )


def _others(outlet_id: str, ratios: Mapping[str, float]) -> float:
    others = [ratio for other, ratio in ratios.items() if other != outlet_id]
    return median(others) if others else 1.0


def _items(read: Mapping[Reader, int]) -> dict[str, int]:
    found: dict[str, int] = defaultdict(int)
    for reader, number in read.items():
        found[reader.outlet_id] += number
    return found


def _texts(lines: Iterable[Line]) -> dict[str, int]:
    texts: dict[str, set[str]] = defaultdict(set)
    for line in lines:
        texts[line.sighting.outlet_id].add(line.sighting.cluster_id)
    return {outlet_id: len(found) for outlet_id, found in texts.items()}
