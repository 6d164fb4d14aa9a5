"""What a signal says: pure, from a verdict, the items behind it and people's decisions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta

from services.alerts.details import MAX_NAMES, Detail
from services.alerts.life import Standing
from services.alerts.record import Question, Record
from services.alerts.release import marking
from services.alerts.rules import Rule
from services.alerts.series import Sighting
from services.alerts.verdict import Verdict
from shared.events import (
    Baseline,
    Evidence,
    Place,
    Release,
    ReleaseState,
    ReviewRecorded,
    RuleRef,
    Severity,
    SignalChange,
    SignalRevised,
    SignalStatus,
    Situation,
    Versions,
)

EVIDENCE_GONE = "Some of the evidence is no longer there."


@dataclass(frozen=True, slots=True)
class Case:
    """Everything that is known about one question at one look."""

    question: Question
    rule: Rule
    verdict: Verdict
    sightings: Mapping[str, Sighting]
    details: Mapping[str, Detail]
    reviews: Sequence[ReviewRecorded] = ()
    follows: str | None = None

    @property
    def restricted(self) -> frozenset[str]:
        """The items among the evidence that must not leave."""
        return frozenset(item for item, detail in self.details.items() if detail.restricted)


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
    evidence = _evidence(case)
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
        places=_places(case),
        alleged_actors_as_named=_actors(case),
        evidence=evidence,
        evidence_count=verdict.evidence_count,
        independent_owners=verdict.independent_owners,
        independent_texts=verdict.observed,
        baseline=_baseline(case),
        versions=_versions(case),
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


def _baseline(case: Case) -> Baseline:
    question, verdict = case.question, case.verdict
    return Baseline(
        series_key=f"{question.country}|{question.group or '-'}|{question.rule_id}",
        expected=verdict.expected,
        observed=verdict.observed,
        exposure=verdict.exposure_days,
        excluded_days=verdict.excluded_days,
    )


def _evidence(case: Case) -> tuple[Evidence, ...]:
    """Return the chosen lines; one whose item changed since waits for the look that follows."""
    lines = (_line(case, item_id, match_id) for item_id, match_id in case.verdict.evidence)
    return tuple(line for line in lines if line is not None)


def _line(case: Case, item_id: str, match_id: str) -> Evidence | None:
    detail, seen = case.details.get(item_id), case.sightings[item_id]
    quoted = (
        next((one for one in detail.quoted if one.match_id == match_id), None) if detail else None
    )
    if detail is None or quoted is None:
        return None
    return Evidence(
        item_id=item_id,
        revision=detail.revision,
        match_id=match_id,
        outlet_id=seen.outlet_id,
        owner_id=seen.owner_id,
        owner_kind=seen.owner_kind,
        controlled_by=detail.controlled_by,
        content_cluster_id=seen.cluster_id,
        event_at=seen.event_at,
        field=quoted.field,
        start=quoted.start,
        end=quoted.end,
        quote=quoted.quote,
        url=detail.url,
        capture_id=detail.capture_id,
        raw_sha256=detail.raw_sha256,
    )


def _places(case: Case) -> tuple[Place, ...]:
    best: dict[str, Place] = {}
    for place in (place for detail in case.details.values() for place in detail.places):
        name = place.place_id or place.name
        if name not in best or place.score > best[name].score:
            best[name] = place.model_copy(update={"mention_id": None})
    ordered = sorted(best.items(), key=lambda one: (-one[1].score, one[0]))
    return tuple(place for _, place in ordered[:MAX_NAMES])


def _actors(case: Case) -> tuple[str, ...]:
    named = {actor for detail in case.details.values() for actor in detail.actors}
    return tuple(sorted(named)[:MAX_NAMES])


def _versions(case: Case) -> Versions:
    details = case.details.values()
    patterns = {quoted.pattern_version for detail in details for quoted in detail.quoted}
    return Versions(
        analysis=",".join(sorted({detail.analysis_version for detail in details})),
        rules=f"{case.rule.rule_id}@{case.rule.version}",
        desk=",".join(sorted(patterns)),
    )
