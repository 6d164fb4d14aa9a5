"""Asks one rule about one window. Pure: the same counts give the same verdict, in any order."""

from __future__ import annotations

from datetime import timedelta

from services.alerts import verdict as v
from services.alerts.baseline import Compared, Comparison, compare
from services.alerts.baselines.surprise import WINDOWS
from services.alerts.darkness import answer
from services.alerts.lines import Counts, raising_lines, side_lines
from services.alerts.rules import AtOnce, Blackout, Definition, Rule, Threshold
from services.alerts.threshold import NOTHING, first, not_reached, past_of, standing_out
from services.alerts.verdict import DISABLED, Line, Verdict
from shared.events import ScorePart, Severity, Urgency

ONE_DAY = timedelta(days=1)
WINDOW_DAYS = max(WINDOWS)
UNCOMPARED = Comparison((), 0, 0, 0)


def worth_a_baseline(rule: Rule, counts: Counts) -> bool:
    """Whether the window alone could let the rule hold, so that reading its past is worth it."""
    lines = raising_lines(rule, counts)
    definition = rule.definition
    if isinstance(definition, Blackout):
        return rule.enabled and bool(counts.statements)
    if not rule.enabled or not lines or not isinstance(definition, Threshold):
        return rule.enabled and bool(lines)
    days = [counts.day - back * ONE_DAY for back in range(1, WINDOW_DAYS)]
    earlier = (side_lines(definition, counts.before.get(day, ())) for day in days)
    return v.texts_of(lines) + sum(map(v.texts_of, earlier)) >= definition.minimum_count


def evaluate(rule: Rule, counts: Counts) -> Verdict:
    """Answer the rule for the window of `counts.day`."""
    lines = raising_lines(rule, counts)
    if isinstance(rule.definition, Blackout):
        return answer(rule, rule.definition, counts)
    if isinstance(rule.definition, Threshold):
        return _threshold(rule, rule.definition, counts, lines)
    reason = "" if lines else NOTHING
    return _verdict(rule, lines, reason if rule.enabled else DISABLED, UNCOMPARED, None)


def _threshold(rule: Rule, definition: Threshold, counts: Counts, lines: list[Line]) -> Verdict:
    found = compare(definition, past_of(definition, counts, lines))
    passing = standing_out(definition, found, lines)
    best = min(passing or found.series, key=first, default=None)
    reason = not_reached(definition, lines, found, best) if not passing else ""
    return _verdict(rule, lines, reason if rule.enabled else DISABLED, found, best)


def _verdict(
    rule: Rule, lines: list[Line], reason: str, past: Comparison, best: Compared | None
) -> Verdict:
    definition = rule.definition
    parts = v.confidence_parts(lines)
    if lines and isinstance(definition, Threshold):
        share = round(min(1.0, past.days / definition.baseline_days), 4)
        parts = (*parts, ScorePart(name="baseline", value=share))
    late_by = v.lateness(lines, _least_texts(definition, lines))
    return Verdict(
        holds=not reason,
        reason=reason,
        texts=v.texts_of(lines),
        observed=best.found.observed if best else v.texts_of(lines),
        expected=round(best.found.expected, 4) if best else 0.0,
        probability=_shown(best.found.probability) if best else None,
        series=_series(best),
        pooled=best.pooled if best else False,
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


def _shown(probability: float) -> float:
    """Cut to three digits: more would differ between machines and mean nothing."""
    return float(f"{probability:.3g}")


def _series(best: Compared | None) -> str:
    if best is None:
        return "all"
    days = best.found.window_days
    return f"{best.stratum.name}|{days} day{'s' if days > 1 else ''}|{best.found.against}"


def _least_texts(definition: Definition, lines: list[Line]) -> int:
    """Return with how many of the day's texts the rule can have begun to hold."""
    least = definition.minimum_count if isinstance(definition, Threshold) else 1
    return min(least, max(1, v.texts_of(lines)))


def _severity(definition: Definition, lines: list[Line]) -> Severity:
    many = v.owners_of(lines) >= definition.raised_from_owners
    return definition.raised_severity if many else definition.severity


def _urgency(definition: Definition, lines: list[Line], *, late: bool) -> Urgency:
    """Return how soon somebody should look; doubt and delay lower it, and never hide the signal."""
    undoubted = any(not line.passage.doubted for line in lines)
    if isinstance(definition, AtOnce) and undoubted and not late:
        return Urgency.IMMEDIATE
    return Urgency.EXPECTED
