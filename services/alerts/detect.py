"""Asks one rule about one window. Pure: the same counts give the same verdict, in any order."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta

from services.alerts import verdict as v
from services.alerts.baseline import DayCount, expected_of
from services.alerts.rules import AtOnce, Definition, Rule, Threshold
from services.alerts.series import Reader, Sighting
from services.alerts.verdict import Line, Verdict
from shared.events import ScorePart, Severity, Urgency

DISABLED = "The rule was switched off."
NOTHING = "No passage is left that the rule counts."


@dataclass(frozen=True, slots=True)
class Counts:
    """What was counted: the window's day, the days before it, and who was read on them.

    `unusable` are days of an outlet that must not teach a baseline; `rejected` are matches that
    a person has found to be wrong.
    """

    day: date
    today: tuple[Sighting, ...]
    before: Mapping[date, tuple[Sighting, ...]] = field(default_factory=dict)
    read: Mapping[date, frozenset[Reader]] = field(default_factory=dict)
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
    return [
        line
        for line in lines_of(definition, counts.today)
        if v.may_raise(line.sighting)
        and line.passage.match_id not in counts.rejected
        and (not isinstance(definition, Threshold) or on_side(definition, line.sighting))
    ]


def on_side(definition: Threshold, who: Sighting | Reader) -> bool:
    """Whether an outlet belongs to the group whose days the rule compares."""
    kinds = definition.owner_kinds
    return who.base in definition.bases and (not kinds or who.owner_kind in kinds)


def worth_a_baseline(rule: Rule, counts: Counts) -> bool:
    """Whether the window alone could let the rule hold, so that reading its past is worth it."""
    lines = raising_lines(rule, counts)
    return rule.enabled and v.texts_of(lines) >= _least_texts(rule.definition)


def evaluate(rule: Rule, counts: Counts) -> Verdict:
    """Answer the rule for the window of `counts.day`."""
    lines = raising_lines(rule, counts)
    if isinstance(rule.definition, Threshold):
        return _threshold(rule, rule.definition, counts, lines)
    reason = "" if lines else NOTHING
    return _verdict(rule, lines, reason if rule.enabled else DISABLED, DayCount(0.0, 0, 0))


def _least_texts(definition: Definition) -> int:
    return definition.minimum_count if isinstance(definition, Threshold) else 1


def _threshold(rule: Rule, definition: Threshold, counts: Counts, lines: list[Line]) -> Verdict:
    past = expected_of(
        [counts.day - timedelta(days=back) for back in range(1, definition.baseline_days + 1)],
        {day: [*lines_of(definition, seen)] for day, seen in counts.before.items()},
        {
            day: {who for who in read if on_side(definition, who)}
            for day, read in counts.read.items()
        },
        counts.unusable,
        definition.minimum_outlet_share,
    )
    reason = _not_reached(definition, lines, past) if rule.enabled else DISABLED
    share = min(1.0, past.days / definition.baseline_days)
    return _verdict(rule, lines, reason, past, (ScorePart(name="baseline", value=round(share, 4)),))


def _not_reached(definition: Threshold, lines: list[Line], past: DayCount) -> str:
    """Return which condition is not met, or nothing where all are."""
    observed = v.texts_of(lines)
    if not lines:
        return NOTHING
    if observed < definition.minimum_count:
        return f"{observed} different texts are fewer than {definition.minimum_count}."
    if past.days < definition.minimum_exposure_days:
        return f"{past.days} days that were read are too few to compare with."
    if observed < definition.minimum_ratio * past.expected:
        return f"{observed} texts are no {definition.minimum_ratio:g} times {past.expected:g}."
    if v.owners_of(lines) < definition.minimum_owners:
        return f"Fewer than {definition.minimum_owners} independent owners carried it."
    return ""


def _verdict(
    rule: Rule,
    lines: list[Line],
    reason: str,
    past: DayCount,
    further: tuple[ScorePart, ...] = (),
) -> Verdict:
    parts = v.confidence_parts(lines) + (further if lines else ())
    late_by = v.lateness(lines, _least_texts(rule.definition))
    return Verdict(
        holds=not reason,
        reason=reason,
        observed=v.texts_of(lines),
        expected=past.expected,
        exposure_days=past.days,
        excluded_days=past.excluded,
        independent_owners=v.owners_of(lines),
        evidence=v.select_evidence(lines),
        evidence_count=len(lines),
        items=frozenset(line.sighting.item_id for line in lines),
        indicators=tuple(sorted({line.passage.indicator for line in lines})),
        risk_factors=tuple(sorted({line.passage.risk_factor for line in lines})),
        severity=_severity(rule.definition, lines),
        urgency=_urgency(rule.definition, lines, late=late_by is not None),
        certainty_said=v.certainty_said(lines),
        confidence=v.mean_confidence(parts),
        confidence_parts=parts,
        late_by=late_by,
        latest_fetched_at=max((line.sighting.fetched_at for line in lines), default=None),
    )


def _severity(definition: Definition, lines: list[Line]) -> Severity:
    many = v.owners_of(lines) >= definition.raised_from_owners
    return definition.raised_severity if many else definition.severity


def _urgency(definition: Definition, lines: list[Line], *, late: bool) -> Urgency:
    """Return how soon somebody should look; doubt and delay lower it, and never hide the signal."""
    undoubted = any(not line.passage.doubted for line in lines)
    if isinstance(definition, AtOnce) and undoubted and not late:
        return Urgency.IMMEDIATE
    return Urgency.EXPECTED
