"""What a new look at a signal changes against its last revision; pure."""

from __future__ import annotations

from services.alerts.case import Case
from services.alerts.record import Record
from shared.events import SignalChange, SignalRevised, SignalStatus

_BOOKKEEPING = {"revision", "revised_at", "change"}
_BY_PEOPLE = {"status", "release", "rabat", "tlp", "correction_reason"}


def is_reduced(record: Record | None, case: Case) -> bool:
    """Whether something that was shown is gone: an item, its words, or the leave to show it."""
    if record is None:
        return False
    if record.items - case.verdict.items:
        return True
    shown = {one.item_id for one in record.signal.evidence if one.quote}
    blanked = {item for item, detail in case.details.items() if not detail.has_words}
    return bool(shown & blanked) or bool(case.restricted - record.restricted & record.items)


def change_of(
    record: Record | None, signal: SignalRevised, case: Case, *, reduced: bool
) -> SignalChange | None:
    """Return what the new revision changes, the gravest first, or None where nothing differs."""
    if record is None:
        return SignalChange.RAISED
    last = record.signal
    different = _differing(last, signal)
    if not different and not reduced and case.verdict.items == record.items:
        return None
    gravest_first = (
        (_reached(SignalStatus.WITHDRAWN, last, signal), SignalChange.WITHDRAWN),
        (_reached(SignalStatus.CLOSED, last, signal), SignalChange.CLOSED),
        (_released(signal, different), SignalChange.RELEASED),
        (_reopened(last, signal), SignalChange.RAISED),
        (reduced or _newly_corrected(last, signal), SignalChange.CORRECTED),
        ("severity" in different, SignalChange.SEVERITY_CHANGED),
        (bool(different & _BY_PEOPLE), SignalChange.REVIEWED),
    )
    found = (change for applies, change in gravest_first if applies)
    return next(found, SignalChange.EVIDENCE_ADDED)


def _reached(status: SignalStatus, last: SignalRevised, signal: SignalRevised) -> bool:
    return signal.status is status and last.status is not status


def _released(signal: SignalRevised, different: set[str]) -> bool:
    return signal.status is SignalStatus.RELEASED and "release" in different


def _reopened(last: SignalRevised, signal: SignalRevised) -> bool:
    return last.status is SignalStatus.CLOSED and signal.status is SignalStatus.NEW


def _newly_corrected(last: SignalRevised, signal: SignalRevised) -> bool:
    return signal.status is SignalStatus.CORRECTED and (last.status, last.correction_reason) != (
        signal.status,
        signal.correction_reason,
    )


def _differing(one: SignalRevised, other: SignalRevised) -> set[str]:
    names = set(SignalRevised.model_fields) - _BOOKKEEPING
    return {name for name in names if getattr(one, name) != getattr(other, name)}
