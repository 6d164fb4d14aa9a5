"""Whether the last days of a side are more than its past, in any of the series watched; pure."""

from __future__ import annotations

from datetime import date

from services.alerts import verdict as v
from services.alerts.baseline import Compared, Comparison, Past
from services.alerts.baselines.strata import WHOLE
from services.alerts.baselines.tail import discoveries
from services.alerts.lines import Counts, lines_of, on_side
from services.alerts.rules import Threshold
from services.alerts.series import Reader
from services.alerts.verdict import Line

NOTHING = "No passage is left that the rule counts."


def past_of(definition: Threshold, counts: Counts, lines: list[Line]) -> Past:
    """Sort lines and readers by day, one side's and the whole country's."""
    every = {day: [*lines_of(definition, seen)] for day, seen in counts.before.items()}
    every = {day: _usable_lines(counts, day, known) for day, known in every.items()}
    read = {day: _usable_readers(counts, day) for day in counts.read}
    return Past(
        day=counts.day,
        lines={
            day: [one for one in known if on_side(definition, one.sighting)]
            for day, known in every.items()
        }
        | {counts.day: lines},
        read={
            day: {who: n for who, n in found.items() if on_side(definition, who)}
            for day, found in read.items()
        },
        country_lines=every,
        country_read=read,
    )


def _usable_lines(counts: Counts, day: date, lines: list[Line]) -> list[Line]:
    """Leave out outlets whose day must teach nothing."""
    return [one for one in lines if (one.sighting.outlet_id, day) not in counts.unusable]


def _usable_readers(counts: Counts, day: date) -> dict[Reader, int]:
    """Leave the same outlets out of what was read; the day itself counts as it is."""
    read = counts.read[day]
    if day == counts.day:
        return dict(read)
    return {who: n for who, n in read.items() if (who.outlet_id, day) not in counts.unusable}


def first(one: Compared) -> tuple[bool, float, str]:
    """Sort the whole first where it says enough, then the least probable."""
    return one.stratum != WHOLE, one.found.probability, one.stratum.name


def standing_out(definition: Threshold, found: Comparison, lines: list[Line]) -> list[Compared]:
    """Return the series that part from their past beyond chance, of enough texts and owners."""
    if found.days < definition.minimum_exposure_days:
        return []
    chances = [one.found.probability for one in found.series]
    beyond = discoveries(chances, definition.false_discovery_rate, found.watched)
    return [
        one
        for one, stands_out in zip(found.series, beyond, strict=True)
        if stands_out and _matters(definition, one, lines)
    ]


def _matters(definition: Threshold, one: Compared, lines: list[Line]) -> bool:
    """Whether a series is of enough texts and owners, and the day itself has its share of them.

    Without the last, a burst would raise a signal again on each day of the week after it.
    """
    today = [line for line in lines if one.stratum.counts(line)]
    found = one.found
    return (
        found.observed >= definition.minimum_count
        and found.observed >= definition.minimum_ratio * found.expected
        and v.texts_of(today) >= found.observed / found.window_days
        and v.owners_of(today) >= definition.minimum_owners
    )


def not_reached(
    definition: Threshold, lines: list[Line], found: Comparison, best: Compared | None
) -> str:
    """Return which condition is not met."""
    observed = v.texts_of(lines)
    if not lines:
        return NOTHING
    if best is None or found.days < definition.minimum_exposure_days:
        return f"{found.days} days that were read are too few to compare with."
    if best.found.observed < definition.minimum_count:
        return f"{observed} different texts are fewer than {definition.minimum_count}."
    if v.owners_of(lines) < definition.minimum_owners:
        return f"Fewer than {definition.minimum_owners} independent owners carried it."
    return (
        f"{best.found.observed:g} texts where {best.found.expected:.2g} are usual"
        f" are within chance ({best.found.probability:.2g})."
    )
