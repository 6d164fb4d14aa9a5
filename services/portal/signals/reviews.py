"""Which decisions a person may record on a signal, and what each needs: pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Self
from uuid import UUID, uuid4

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from services.portal.accounts.model import RELEASERS, REVIEWERS, Principal, Role
from services.portal.problems import FORBIDDEN
from shared.events import (
    Decision,
    ReleaseScope,
    ReviewRecorded,
    Severity,
    SignalRevised,
    SignalStatus,
    SubjectKind,
)

MAX_NOTE = 2000

# Analysts assess; only editors let something leave the house, or call it back.
ALLOWED: Mapping[Decision, frozenset[Role]] = {
    Decision.ACKNOWLEDGE: REVIEWERS,
    Decision.ASSESS: REVIEWERS,
    Decision.DISMISS: REVIEWERS,
    Decision.APPROVE_RELEASE: RELEASERS,
    Decision.REVOKE: RELEASERS,
    Decision.WITHDRAW: RELEASERS,
    Decision.CORRECT: RELEASERS,
    Decision.CLOSE: RELEASERS,
}
OPEN = (SignalStatus.NEW, SignalStatus.ASSESSED)
OUT = (SignalStatus.RELEASED, SignalStatus.UPDATED, SignalStatus.CORRECTED)
# What a decision can be about: a withdrawal of what was never released, for one, would take
# back the keys here and leave them turned in the alerts service.
POSSIBLE: Mapping[Decision, tuple[SignalStatus, ...]] = {
    Decision.ACKNOWLEDGE: (*OPEN, *OUT),
    Decision.ASSESS: OPEN,
    Decision.DISMISS: OPEN,
    Decision.APPROVE_RELEASE: (*OPEN, *OUT, SignalStatus.WITHDRAWN),
    Decision.REVOKE: (*OPEN, *OUT),
    Decision.CORRECT: OUT,
    Decision.WITHDRAW: OUT,
    Decision.CLOSE: (*OUT, SignalStatus.WITHDRAWN),
}
# What partners were told and is taken back must say why; the note itself stays inside.
NEEDS_NOTE = frozenset({Decision.WITHDRAW, Decision.CORRECT})


def _blank(value: object) -> object:
    return None if value == "" else value


class ReviewRequest(BaseModel):
    """A decision on a signal, taken in view of one revision of it."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    review_id: UUID = Field(
        default_factory=uuid4, description="Chosen by the sender, so that a repetition is one."
    )
    decision: Decision
    subject_revision: Annotated[int, Field(ge=1)]
    scope: Annotated[ReleaseScope | None, BeforeValidator(_blank)] = Field(
        None, description="With approve_release: to whom."
    )
    severity: Annotated[Severity | None, BeforeValidator(_blank)] = None
    note: Annotated[str | None, Field(max_length=MAX_NOTE), BeforeValidator(_blank)] = Field(
        None, description="Why, kept inside; with withdraw and correct it is required."
    )

    @model_validator(mode="after")
    def _complete(self) -> Self:
        if self.decision not in ALLOWED:
            raise ValueError(f"a signal can be: {', '.join(ALLOWED)}")
        if self.decision is Decision.APPROVE_RELEASE and self.scope not in (
            ReleaseScope.PARTNERS,
            ReleaseScope.PUBLIC,
        ):
            raise ValueError("a release needs a scope: partners or public")
        if self.decision in NEEDS_NOTE and not (self.note or "").strip():
            raise ValueError("say why: kept inside; those warned get a fixed sentence")
        return self


@dataclass(frozen=True, slots=True)
class Recorded:
    """A review as the portal remembers it, beside what was published."""

    review_id: str
    actor_id: str
    decision: Decision
    scope: str | None
    note: str | None
    recorded_at: datetime


def create_review(
    signal_id: str, asked: ReviewRequest, principal: Principal, now: datetime
) -> ReviewRecorded:
    """Return the event; raise FORBIDDEN where the person's roles do not allow the decision."""
    roles = principal.roles & ALLOWED[asked.decision]
    if not roles:
        raise FORBIDDEN
    return ReviewRecorded(
        review_id=str(asked.review_id),
        subject_kind=SubjectKind.SIGNAL,
        subject_id=signal_id,
        subject_revision=asked.subject_revision,
        actor_id=principal.id,
        actor_role=max(roles).value,
        decision=asked.decision,
        scope=asked.scope if asked.decision is Decision.APPROVE_RELEASE else None,
        severity=asked.severity,
        note=asked.note,
        recorded_at=now,
    )


def keys_turned(recorded: Mapping[str, Recorded]) -> dict[str, Recorded]:
    """Return whose approvals have not been taken back, by account: every key that may count.

    A revocation takes back one's own key, a withdrawal all of them.
    """
    turned: dict[str, Recorded] = {}
    for one in sorted(recorded.values(), key=lambda one: (one.recorded_at, one.review_id)):
        if one.decision is Decision.APPROVE_RELEASE:
            turned[one.actor_id] = one
        elif one.decision is Decision.REVOKE:
            turned.pop(one.actor_id, None)
        elif one.decision is Decision.WITHDRAW:
            turned.clear()
    return turned


def keys_standing(signal: SignalRevised, recorded: Mapping[str, Recorded]) -> dict[str, Recorded]:
    """Return the keys that count for what is there now: those of the signal, and newer ones.

    The alerts service lets an approval lapse when the severity rises or evidence goes; whoever
    had turned a key must then be able to turn it again.
    """
    confirmed = {approval.actor_id for approval in signal.release.approvals}
    return {
        actor: one
        for actor, one in keys_turned(recorded).items()
        if actor in confirmed or one.recorded_at > signal.revised_at
    }
