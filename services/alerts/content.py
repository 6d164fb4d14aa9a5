"""What a signal says: pure, from a verdict, the items behind it and people's decisions."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta

from services.alerts.case import Case, actors_of, evidence_of, places_of, versions_of
from services.alerts.record import Question, Record
from services.alerts.release import marking
from services.alerts.rules import Rule
from services.alerts.standing import Standing
from services.alerts.verdict import Verdict
from shared.events import (
    Baseline,
    Release,
    ReleaseState,
    RuleRef,
    Severity,
    SignalChange,
    SignalRevised,
    SignalStatus,
    Situation,
)

EVIDENCE_GONE = "Some of the evidence is no longer there."


def compose(
    record: Record | None,
    case: Case,
    standing: Standing,
    severity: Severity,
    reduced_at: datetime | None,
    now: datetime,
) -> SignalRevised:
    """Return the next revision; its `change` is for the caller to say."""
    verdict, last = case.verdict, record.signal if record else None
    evidence = evidence_of(case)
    raised_at = last.raised_at if last else now
    return SignalRevised(
        signal_id=case.question.signal_id,
        revision=last.revision + 1 if last else 1,
        change=SignalChange.RAISED,
        status=_status(case, standing, reduced_at),
        follows=case.follows,
        rule=RuleRef(rule_id=case.rule.rule_id, version=case.rule.version, kind=case.rule.kind),
        situation=_situation(case),
        severity=severity,
        urgency=verdict.urgency,
        certainty_said=verdict.certainty_said,
        confidence=verdict.confidence,
        confidence_parts=verdict.confidence_parts,
        late_by_seconds=verdict.late_by.total_seconds() if verdict.late_by else None,
        places=places_of(case.details.values()),
        alleged_actors_as_named=actors_of(case),
        evidence=evidence,
        evidence_count=verdict.evidence_count,
        independent_owners=verdict.independent_owners,
        independent_texts=verdict.texts,
        baseline=baseline_of(case.question, verdict),
        versions=versions_of(case),
        latest_fetched_at=verdict.latest_fetched_at or (last.latest_fetched_at if last else now),
        raised_at=raised_at,
        revised_at=now,
        tlp=marking(case.rule.definition.tlp, standing.release),
        embargo_until_at=_embargo(case.rule, raised_at),
        release=_release(standing),
        rabat=standing.rabat,
        correction_reason=_reason(case, standing, reduced_at),
    )


def _status(case: Case, standing: Standing, reduced_at: datetime | None) -> SignalStatus:
    """Return the status; after a release, by what happened last to what had been released."""
    if not standing.touched:
        return SignalStatus.NEW if case.verdict.holds else SignalStatus.CLOSED
    if standing.release is None or standing.status not in (
        SignalStatus.RELEASED,
        SignalStatus.CORRECTED,
    ):
        return standing.status
    if not case.verdict.holds:
        return SignalStatus.CORRECTED
    since = [
        (standing.release.at, SignalStatus.RELEASED),
        (case.verdict.latest_fetched_at, SignalStatus.UPDATED),
        (standing.corrected_at, SignalStatus.CORRECTED),
        (reduced_at, SignalStatus.CORRECTED),
    ]
    return max(((at, status) for at, status in since if at), key=lambda one: one[0])[1]


def _reason(case: Case, standing: Standing, reduced_at: datetime | None) -> str | None:
    if not case.verdict.holds:
        return case.verdict.reason
    if standing.corrected_at and not (reduced_at and reduced_at > standing.corrected_at):
        return standing.note
    return EVIDENCE_GONE if reduced_at else None


def _release(standing: Standing) -> Release:
    state = standing.release.state if standing.release else ReleaseState.NONE
    return Release(state=state, approvals=standing.approvals)


def _embargo(rule: Rule, raised_at: datetime) -> datetime | None:
    hours = rule.definition.embargo_hours
    return raised_at + timedelta(hours=hours) if hours else None


def _situation(case: Case) -> Situation:
    start = datetime.combine(case.question.day, time(), UTC)
    return Situation(
        country=case.question.country,
        target_group_id=case.question.group,
        indicators=case.verdict.indicators,
        risk_factors=case.verdict.risk_factors,
        window_from_at=start,
        window_to_at=start + timedelta(days=1),
    )


def baseline_of(question: Question, verdict: Verdict) -> Baseline:
    """Return what was to be expected, and what was seen."""
    about = (question.country, question.group or "-", question.rule_id, verdict.series)
    return Baseline(
        series_key="|".join(about),
        expected=verdict.expected,
        observed=verdict.observed,
        exposure=verdict.exposure_days,
        excluded_days=verdict.excluded_days,
        probability=verdict.probability,
        pooled=verdict.pooled,
    )
