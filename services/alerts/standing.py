"""What a signal's life is told in: marks of its content, the fact of a release, a standing."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from shared.events import (
    Approval,
    RabatTest,
    ReleaseState,
    ReviewRecorded,
    Severity,
    SignalStatus,
)

_RANK = {
    Severity.UNKNOWN: 0,
    Severity.MINOR: 1,
    Severity.MODERATE: 2,
    Severity.SEVERE: 3,
    Severity.EXTREME: 4,
}


def rank(severity: Severity) -> int:
    """Return the place of a severity in its scale, the least urgent first."""
    return _RANK[severity]


def lower(one: Severity, other: Severity) -> Severity:
    """Return the lower of two severities."""
    return min(one, other, key=rank)


class MarkKind(StrEnum):
    """What happened to the content at a revision that matters for who has seen what."""

    RAISED = "raised"  # to a higher severity
    RERATED = "rerated"  # to another severity, but no higher
    REDUCED = "reduced"  # some of the evidence went


@dataclass(frozen=True, slots=True)
class Mark:
    """A revision after which people see another thing; the first revision is one too.

    `severity` is what the revision said, `machine` what the rule alone would have said.
    """

    revision: int
    at: datetime
    kind: MarkKind
    severity: Severity
    machine: Severity


@dataclass(frozen=True, slots=True)
class ReleaseFact:
    """That two people let the signal go: when, to whom, at which severity, and who.

    `revision` is the newest that all of them had before them.
    """

    at: datetime
    revision: int
    state: ReleaseState
    severity: Severity
    approvals: tuple[Approval, ...]


@dataclass(slots=True)
class Standing:
    """What people have decided so far; filled by `life.fold` alone."""

    status: SignalStatus = SignalStatus.NEW
    touched: bool = False
    pending: dict[str, ReviewRecorded] = field(default_factory=dict)
    release: ReleaseFact | None = None
    corrected_at: datetime | None = None
    note: str | None = None
    severity: Severity | None = None
    severity_revision: int = 0
    rabat: RabatTest | None = None
    rejected: set[str] = field(default_factory=set)
    covers_from: int = 1
    """The least revision that an approval must have seen."""
    raised_revision: int = 1
    """The last revision at which the severity rose."""

    @property
    def approvals(self) -> tuple[Approval, ...]:
        """Return those who approve what is there now; those who released, where none is new."""
        if not self.pending and self.release:
            return self.release.approvals
        return approvals_of(self.pending.values())


def approvals_of(given: Iterable[ReviewRecorded]) -> tuple[Approval, ...]:
    """Return reviews as approvals, in their order."""
    ordered = sorted(given, key=lambda one: (one.recorded_at, one.review_id))
    return tuple(Approval(actor_id=one.actor_id, recorded_at=one.recorded_at) for one in ordered)
