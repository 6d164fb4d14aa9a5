"""The series within one window: the whole side, and parts of it that may move on their own.

A change in one language or among one kind of owners can drown in the whole, so each is a series
of its own; an outlet too, where the rule is content with one owner.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Literal

from services.alerts.baselines.history import Day
from services.alerts.series import Reader
from services.alerts.verdict import Line, texts_of

Read = Mapping[date, Mapping[Reader, int]]
Lines = Mapping[date, list[Line]]
Part = Literal["all", "owner_kind", "language", "indicator", "outlet_id"]


@dataclass(frozen=True, slots=True, order=True)
class Stratum:
    """One series: everything, or what has `value` in one respect."""

    part: Part = "all"
    value: str = ""

    @property
    def name(self) -> str:
        """What it is called in a series key."""
        return f"{self.part}={self.value}" if self.value else self.part

    def reads(self, reader: Reader) -> bool:
        """Whether what this outlet published is its exposure; for an indicator, everything is."""
        if self.part in ("all", "indicator"):
            return True
        return str(getattr(reader, self.part)) == self.value

    def counts(self, line: Line) -> bool:
        """Whether the line belongs to the series."""
        if self.part == "indicator":
            return line.passage.indicator == self.value
        return self.reads(line.sighting.reader)


WHOLE = Stratum()


def strata_of(
    readers: Iterable[Reader], indicators: Iterable[str], *, outlets: bool
) -> list[Stratum]:
    """Return the series that are watched where these outlets are read, the whole first."""
    found = {
        Stratum(part, str(getattr(reader, part)))
        for reader in readers
        for part in _parts(outlets=outlets)
    }
    found |= {Stratum("indicator", indicator) for indicator in indicators}
    return [WHOLE, *sorted(found)]


def _parts(*, outlets: bool) -> Iterator[Part]:
    yield "owner_kind"
    yield "language"
    if outlets:
        yield "outlet_id"


def day_of(stratum: Stratum, on: date, lines: Lines, read: Read) -> Day:
    """Return one day of a series: different texts, out of items read."""
    counted = [line for line in lines.get(on, ()) if stratum.counts(line)]
    exposure = sum(n for reader, n in read.get(on, {}).items() if stratum.reads(reader))
    return Day(on, texts_of(counted), exposure)
