"""Which passages of which days a rule counts; pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date

from services.alerts.blackout import Statement
from services.alerts.rules import AtOnce, Blackout, Definition, Rule, Threshold
from services.alerts.series import Reader, Sighting
from services.alerts.verdict import Line, may_raise


@dataclass(frozen=True, slots=True)
class Counts:
    """What was counted: the window's day, the days before it, and how much of whom was read.

    A blackout asks for the country and `statements` on the health of outlets instead.

    `unusable` are days of an outlet that must not teach a baseline; `rejected` are matches that
    a person has found to be wrong.
    """

    day: date
    today: tuple[Sighting, ...]
    before: Mapping[date, tuple[Sighting, ...]] = field(default_factory=dict)
    country: str = ""
    statements: tuple[Statement, ...] = ()
    read: Mapping[date, Mapping[Reader, int]] = field(default_factory=dict)
    unusable: frozenset[tuple[str, date]] = frozenset()
    rejected: frozenset[str] = frozenset()

    @property
    def unrestricted(self) -> Counts:
        """The same without today's items that must not leave."""
        return replace(self, today=tuple(one for one in self.today if not one.restricted))


def lines_of(definition: Definition, sightings: Iterable[Sighting]) -> Iterator[Line]:
    """Yield every passage that the rule counts, whoever said it and whenever it came."""
    for sighting in sightings:
        for passage in sighting.passages:
            if passage.strength < definition.minimum_strength:
                continue
            if definition.indicators and passage.indicator not in definition.indicators:
                continue
            if isinstance(definition, AtOnce) and passage.hallmark not in definition.hallmarks:
                continue
            yield Line(sighting, passage)


def raising_lines(rule: Rule, counts: Counts) -> list[Line]:
    """Return the lines that may raise a signal, without those that a person has rejected."""
    definition = rule.definition
    if isinstance(definition, Blackout):
        return []
    return [
        line
        for line in lines_of(definition, counts.today)
        if may_raise(line.sighting)
        and line.passage.match_id not in counts.rejected
        and (not isinstance(definition, Threshold) or on_side(definition, line.sighting))
    ]


def on_side(definition: Threshold, who: Sighting | Reader) -> bool:
    """Whether an outlet belongs to the group whose days the rule compares."""
    kinds = definition.owner_kinds
    return who.base in definition.bases and (not kinds or who.owner_kind in kinds)


def side_lines(definition: Threshold, sightings: Iterable[Sighting]) -> list[Line]:
    """Return every passage of one side, the gathered past included."""
    return [one for one in lines_of(definition, sightings) if on_side(definition, one.sighting)]
