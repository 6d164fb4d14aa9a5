"""From a verdict and people's decisions to the next revision of a signal, if there is one.

Pure: the clock is a parameter. Evidence alone makes at most one revision a minute (or as set);
whatever people must know at once is never held back by that.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from services.alerts.case import Case
from services.alerts.change import change_of, is_reduced
from services.alerts.content import compose
from services.alerts.life import fold
from services.alerts.outside import open_side, public_reason
from services.alerts.record import Letter, Record, line_name
from services.alerts.release import embargoed, leaves, to_alert
from services.alerts.standing import Mark, MarkKind, Standing, rank
from shared.events import AlertReleased, Severity, SignalChange, SignalRevised

# What people are told of; everything else they find when they look.
TOLD = frozenset({SignalChange.RELEASED, SignalChange.CORRECTED, SignalChange.WITHDRAWN})


@dataclass(frozen=True, slots=True)
class Advance:
    """What to store, if anything, and when to look again, if ever."""

    record: Record | None
    due_at: datetime | None = None


def advance(record: Record | None, case: Case, now: datetime, coalesce: timedelta) -> Advance:
    """Return the record after looking again at a case; the same look twice changes nothing."""
    if record is None and not case.verdict.holds:
        return Advance(None)
    standing = fold(record.marks if record else (), case.reviews)
    severity = _severity(case, standing, record)
    reduced = is_reduced(record, case)
    reduced_at = now if reduced else (record.reduced_at if record else None)
    signal = compose(record, case, standing, severity, reduced_at, now)
    change = change_of(record, signal, case, reduced=reduced)
    if record is None or change is not None:
        held_until = _held_until(record, change, now, coalesce)
        if held_until is not None:
            return Advance(None, held_until)
        signal = signal.model_copy(update={"change": change or SignalChange.RAISED})
        record = _revised(record, case, signal, severity, reduced=reduced, now=now)
        return _with_alert(replace(record, reduced_at=reduced_at), case, standing, now)
    return _with_alert(record, case, standing, now, only_if_new=True)


def worth_telling(alert: AlertReleased, last: AlertReleased | None) -> bool:
    """Whether people are told of an alert by themselves, beyond finding it on the topic."""
    raised = last is not None and rank(alert.severity) > rank(last.severity)
    return last is None or raised or alert.change in TOLD


def _severity(case: Case, standing: Standing, record: Record | None) -> Severity:
    """Return the severity: a person's, until the rule finds more than it did when they rated."""
    machine = case.verdict.severity
    rated = standing.severity
    if rated is None:
        return machine
    marks = record.marks if record else ()
    seen = [mark for mark in marks if mark.revision <= standing.severity_revision]
    then = max(seen, key=lambda mark: mark.revision).machine if seen else machine
    return rated if rank(machine) <= rank(then) else max(rated, machine, key=rank)


def _held_until(
    record: Record | None, change: SignalChange | None, now: datetime, coalesce: timedelta
) -> datetime | None:
    """Return until when a revision waits for more of its kind, or None where it goes now."""
    if record is None or change is not SignalChange.EVIDENCE_ADDED:
        return None
    until = record.signal.revised_at + coalesce
    return until if now < until else None


def _revised(
    record: Record | None,
    case: Case,
    signal: SignalRevised,
    severity: Severity,
    *,
    reduced: bool,
    now: datetime,
) -> Record:
    marks = (record.marks if record else ()) + tuple(
        Mark(signal.revision, now, kind, severity, case.verdict.severity)
        for kind in _marks(record, case, severity, reduced=reduced)
    )
    before = record.shown if record else {}
    names = map(line_name, signal.evidence)
    return Record(
        question=case.question,
        version=(record.version if record else 0) + 1,
        signal=signal,
        marks=marks,
        items=case.verdict.items,
        restricted=case.restricted,
        shown={name: before.get(name, signal.revision) for name in names},
        alert=record.alert if record else None,
        outbox=(record.outbox if record else ()) + (Letter(signal, signal.revised_at),),
    )


def _marks(
    record: Record | None, case: Case, severity: Severity, *, reduced: bool
) -> Sequence[MarkKind]:
    last = record.marks[-1] if record else None
    kinds = [MarkKind.REDUCED] if reduced else []
    if last is None or rank(severity) > rank(last.severity):
        kinds.append(MarkKind.RAISED)
    elif (severity, case.verdict.severity) != (last.severity, last.machine):
        kinds.append(MarkKind.RERATED)
    return kinds


def _with_alert(
    record: Record, case: Case, standing: Standing, now: datetime, *, only_if_new: bool = False
) -> Advance:
    """Add the alert that this revision is to the outside, now or when its embargo ends."""
    signal, release = record.signal, standing.release
    unchanged = Advance(None) if only_if_new else Advance(record)
    if release is None or signal.release.state is not release.state:
        return unchanged
    if embargoed(signal, now):
        return replace(unchanged, due_at=signal.embargo_until_at)
    if not leaves(signal, record.alert is not None, now):
        return unchanged
    reason = public_reason(record, case, standing, release)
    alert = to_alert(open_side(record, case, release), release, reason, record.alert)
    if alert is None:
        return unchanged
    version = record.version + 1 if only_if_new else record.version
    tell = worth_telling(alert, record.alert)
    letters = (*record.outbox, Letter(alert, alert.revised_at, tell))
    return Advance(replace(record, version=version, alert=alert, outbox=letters))
