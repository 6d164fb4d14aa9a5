"""What those outside are told of a signal beyond its revision; pure."""

from __future__ import annotations

from collections.abc import Sequence

from services.alerts.case import Case, places_of
from services.alerts.content import EVIDENCE_GONE, baseline_of
from services.alerts.record import Record, line_name
from services.alerts.release import anonymous
from services.alerts.rules import Blackout
from services.alerts.series import Passage
from services.alerts.standing import ReleaseFact, Standing
from shared.events import Evidence, Place, SignalRevised

REVIEWED_REASON = "Corrected after review."


def open_side(record: Record, case: Case, release: ReleaseFact) -> SignalRevised:
    """Return the signal as it would be without what must not leave.

    Numbers are computed again from the open items: they could say as much as an item itself.
    Words, indicators and places are those of open lines that all who approved had before them.
    """
    signal, verdict = record.signal, case.open_verdict
    evidence = tuple(
        one
        for one in signal.evidence
        if one.item_id not in case.restricted and record.shown[line_name(one)] <= release.revision
    )
    situation = _codes(case, evidence)
    return signal.model_copy(
        update={
            "evidence": evidence,
            "places": _places(record, case, release, evidence),
            "situation": signal.situation.model_copy(update=situation),
            "evidence_count": verdict.evidence_count,
            "independent_owners": verdict.independent_owners,
            "independent_texts": verdict.texts,
            "baseline": baseline_of(case.question, verdict),
            "urgency": verdict.urgency,
            "certainty_said": verdict.certainty_said,
            "confidence": verdict.confidence,
            "confidence_parts": verdict.confidence_parts,
            "late_by_seconds": verdict.late_by.total_seconds() if verdict.late_by else None,
            "latest_fetched_at": verdict.latest_fetched_at or signal.raised_at,
        }
    )


def _codes(case: Case, evidence: Sequence[Evidence]) -> dict[str, tuple[str | int, ...]]:
    """Return the indicators of the lines; a blackout has no lines, and its own indicator."""
    if isinstance(case.rule.definition, Blackout):
        return {}
    passages = [_passage(case, one) for one in evidence]
    return {
        "indicators": tuple(sorted({one.indicator for one in passages})),
        "risk_factors": tuple(sorted({one.risk_factor for one in passages})),
    }


def _places(
    record: Record, case: Case, release: ReleaseFact, evidence: Sequence[Evidence]
) -> tuple[Place, ...]:
    """Return the places of the lines; what a later analysis finds in them nobody has read."""
    places = places_of(case.details[item] for item in sorted({one.item_id for one in evidence}))
    last = record.alert
    if last is None or last.release != anonymous(release):
        return places
    known = {one.place_id or one.name for one in last.places}
    return tuple(one for one in places if (one.place_id or one.name) in known)


def _passage(case: Case, line: Evidence) -> Passage:
    passages = case.sightings[line.item_id].passages
    return next(one for one in passages if one.match_id == line.match_id)


def public_reason(
    record: Record, case: Case, standing: Standing, release: ReleaseFact
) -> str | None:
    """Return why what had left is corrected, never in a reviewer's own words.

    What happened before the release corrects nothing that anybody outside has seen.
    """
    if not case.verdict.holds:
        return case.verdict.reason
    since = [
        (standing.corrected_at, REVIEWED_REASON),
        (record.reduced_at, EVIDENCE_GONE),
    ]
    later = [(at, reason) for at, reason in since if at and at > release.at]
    return max(later)[1] if later else None
