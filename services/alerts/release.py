"""The release filter: the only way from a signal to an alert, as a list of what may leave.

A field that is not named here stays inside: names, notes, the Rabat form, the accounts of those
who approved. A new field stays inside until it is added.
"""

from __future__ import annotations

from datetime import datetime

from services.alerts.standing import ReleaseFact, lower
from shared.events import (
    AlertReleased,
    Approval,
    Release,
    ReleaseState,
    SignalChange,
    SignalRevised,
    SignalStatus,
    Tlp,
)

OPEN_MARKINGS = frozenset({Tlp.CLEAR, Tlp.GREEN})
NEVER_WIDER = frozenset({Tlp.RED, Tlp.AMBER_STRICT, Tlp.UNKNOWN})
OUT = frozenset({SignalStatus.RELEASED, SignalStatus.UPDATED, SignalStatus.CORRECTED})
# How an alert ends, and what those outside are told of it.
_ENDINGS = {
    SignalStatus.WITHDRAWN: (SignalChange.WITHDRAWN, "Withdrawn after review."),
    SignalStatus.CLOSED: (SignalChange.CLOSED, "Closed after review."),
}
ENDED = frozenset(_ENDINGS)
# What changed inside and what that is to those outside: a review is no news to them.
_SEEN_OUTSIDE = {
    SignalChange.REVIEWED: SignalChange.EVIDENCE_ADDED,
    SignalChange.RAISED: SignalChange.EVIDENCE_ADDED,
}
_BOOKKEEPING = frozenset({"revision", "revised_at", "change"})


def marking(tlp: Tlp, release: ReleaseFact | None) -> Tlp:
    """Return the marking after a release, which opens all but the narrowest ones."""
    if release is None or tlp in NEVER_WIDER:
        return tlp
    return Tlp.CLEAR if release.state is ReleaseState.PUBLIC else Tlp.GREEN


def embargoed(signal: SignalRevised, now: datetime) -> bool:
    """Whether the signal must still wait."""
    return signal.embargo_until_at is not None and now < signal.embargo_until_at


def leaves(signal: SignalRevised, already_out: bool, now: datetime) -> bool:
    """Whether this revision may go to the partners' topic; the end of an alert only follows one."""
    if signal.release.state not in (ReleaseState.PARTNERS, ReleaseState.PUBLIC):
        return False
    if signal.tlp not in OPEN_MARKINGS or embargoed(signal, now):
        return False
    return signal.status in OUT or (signal.status in ENDED and already_out)


def to_alert(
    signal: SignalRevised,
    release: ReleaseFact,
    reason: str | None,
    last: AlertReleased | None,
) -> AlertReleased | None:
    """Return the alert that this revision is to the outside, or None where nothing is new there.

    `signal` has lost what is restricted by now (`outside.open_side`). The severity is at most
    the one that two people approved.
    """
    if signal.status in ENDED:
        return _ending(signal, last)
    severity = lower(signal.severity, release.severity)
    alert = AlertReleased(
        signal_id=signal.signal_id,
        revision=signal.revision,
        change=SignalChange.RELEASED,
        status=signal.status,
        follows=signal.follows,
        rule=signal.rule,
        situation=signal.situation,
        severity=severity,
        urgency=signal.urgency,
        certainty_said=signal.certainty_said,
        certainty_harm=signal.certainty_harm,
        confidence=signal.confidence,
        confidence_parts=signal.confidence_parts,
        late_by_seconds=signal.late_by_seconds,
        exercise=signal.exercise,
        places=signal.places,
        evidence=signal.evidence,
        evidence_count=signal.evidence_count,
        independent_owners=signal.independent_owners,
        independent_texts=signal.independent_texts,
        baseline=signal.baseline,
        versions=signal.versions,
        latest_fetched_at=signal.latest_fetched_at,
        raised_at=signal.raised_at,
        revised_at=signal.revised_at,
        tlp=signal.tlp,
        embargo_until_at=signal.embargo_until_at,
        release=anonymous(release),
        correction_reason=reason,
    )
    if last is None:
        return alert
    if alert.model_dump(exclude=set(_BOOKKEEPING)) == last.model_dump(exclude=set(_BOOKKEEPING)):
        return None
    return alert.model_copy(update={"change": _change(signal, alert, last)})


def _ending(signal: SignalRevised, last: AlertReleased | None) -> AlertReleased | None:
    """Return the end of an alert: what had left, without its evidence, and once."""
    if last is None or last.status is signal.status:
        return None
    change, reason = _ENDINGS[signal.status]
    told = {
        "revision": signal.revision,
        "revised_at": signal.revised_at,
        "change": change,
        "status": signal.status,
        "evidence": (),
        "correction_reason": reason,
    }
    return last.model_copy(update=told)


def _change(signal: SignalRevised, alert: AlertReleased, last: AlertReleased) -> SignalChange:
    if signal.change is SignalChange.SEVERITY_CHANGED and alert.severity is last.severity:
        return SignalChange.EVIDENCE_ADDED  # the new severity has not been approved yet
    return _SEEN_OUTSIDE.get(signal.change, signal.change)


def anonymous(release: ReleaseFact) -> Release:
    """Return that two people approved, and when, without saying who."""
    approvals = tuple(
        Approval(actor_id=f"reviewer-{number}", recorded_at=one.recorded_at)
        for number, one in enumerate(release.approvals, start=1)
    )
    return Release(state=release.state, approvals=approvals)
