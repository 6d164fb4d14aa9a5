"""What those outside are told of a signal beyond its revision; pure."""

from __future__ import annotations

from collections.abc import Sequence

from services.alerts.case import Case, places_of
from services.alerts.content import EVIDENCE_GONE
from services.alerts.record import Record
from services.alerts.series import Passage
from services.alerts.standing import ReleaseFact, Standing
from shared.events import Evidence, SignalRevised

REVIEWED_REASON = "Corrected after review."


def open_side(signal: SignalRevised, case: Case) -> SignalRevised:
    """Return the signal as it would be without the items that must not leave.

    Whatever was computed from all items is computed again from the open ones: a place, an
    indicator or a number could say as much as the item itself.
    """
    verdict = case.open_verdict
    evidence = tuple(one for one in signal.evidence if one.item_id not in case.restricted)
    passages = [_passage(case, one) for one in evidence]
    situation = {
        "indicators": tuple(sorted({one.indicator for one in passages})),
        "risk_factors": tuple(sorted({one.risk_factor for one in passages})),
    }
    return signal.model_copy(
        update={
            "evidence": evidence,
            "places": places_of(case.details[item] for item in _items(evidence)),
            "situation": signal.situation.model_copy(update=situation),
            "evidence_count": verdict.evidence_count,
            "independent_owners": verdict.independent_owners,
            "independent_texts": verdict.observed,
            "baseline": signal.baseline.model_copy(update={"observed": verdict.observed}),
            "urgency": verdict.urgency,
            "certainty_said": verdict.certainty_said,
            "confidence": verdict.confidence,
            "confidence_parts": verdict.confidence_parts,
            "late_by_seconds": verdict.late_by.total_seconds() if verdict.late_by else None,
            "latest_fetched_at": verdict.latest_fetched_at or signal.raised_at,
        }
    )


def _items(evidence: Sequence[Evidence]) -> list[str]:
    return sorted({one.item_id for one in evidence})


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
