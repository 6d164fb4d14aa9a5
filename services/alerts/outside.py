"""What those outside are told of a signal beyond its revision; pure."""

from __future__ import annotations

from services.alerts.case import Case
from services.alerts.content import EVIDENCE_GONE
from services.alerts.record import Record
from services.alerts.standing import ReleaseFact, Standing

REVIEWED_REASON = "Corrected after review."


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
