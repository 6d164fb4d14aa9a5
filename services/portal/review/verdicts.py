"""A reader's verdict on an item and on each of its matches, as the event it becomes: pure."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID, uuid4

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from services.portal.accounts.model import REVIEWERS, Principal
from services.portal.problems import ProblemError
from services.portal.signals.reviews import MAX_NOTE
from shared.events import (
    Correction,
    Decision,
    Match,
    MediaItemAnalysed,
    ReviewRecorded,
    Severity,
    SubjectKind,
)

VERDICTS = (Decision.RELEVANT, Decision.NOT_RELEVANT)
OTHER_TEXT = ProblemError(
    409, "The text has changed", "A newer wording came in since you opened it: read it again."
)
OTHER_MATCH = ProblemError(
    422, "Not a match of this item", "Judge the passages that this wording's analysis shows."
)


def _none(value: Any) -> Any:
    return None if value == "" else value


def _verdict(value: Any) -> Any:
    if value not in VERDICTS:
        raise ValueError(f"one of: {', '.join(VERDICTS)}")
    return value


class SpanVerdict(BaseModel):
    """Whether one match is what it was taken for, and what it is instead."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    match_id: Annotated[str, Field(max_length=200)]
    correct: bool
    indicator: Annotated[str | None, Field(max_length=20)] = None
    target_group_id: Annotated[str | None, Field(max_length=200)] = None


class VerdictRequest(BaseModel):
    """A verdict, given in view of one wording."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    review_id: UUID = Field(
        default_factory=uuid4, description="Chosen by the sender, so that a repetition is one."
    )
    decision: Annotated[Decision, BeforeValidator(_verdict)]
    subject_revision: Annotated[int, Field(ge=1)]
    corrections: Annotated[tuple[SpanVerdict, ...], Field(max_length=100)] = ()
    severity: Annotated[Severity | None, BeforeValidator(_none)] = None
    note: Annotated[str | None, Field(max_length=MAX_NOTE), BeforeValidator(_none)] = None


def create_verdict(
    analysis: MediaItemAnalysed,
    asked: VerdictRequest,
    person: Principal,
    supersedes: str | None,
    now: datetime,
) -> ReviewRecorded:
    """Return the event; ProblemError where it speaks of another wording or of foreign matches."""
    if asked.subject_revision != analysis.item.revision:
        raise OTHER_TEXT
    matches = {one.match_id: one for one in analysis.matches}
    if any(one.match_id not in matches for one in asked.corrections):
        raise OTHER_MATCH
    return ReviewRecorded(
        review_id=str(asked.review_id),
        subject_kind=SubjectKind.ITEM,
        subject_id=analysis.item.item_id,
        subject_revision=asked.subject_revision,
        actor_id=person.id,
        actor_role=max(person.roles & REVIEWERS).value,
        decision=asked.decision,
        corrections=tuple(_correction(one, matches[one.match_id]) for one in asked.corrections),
        severity=asked.severity,
        note=asked.note,
        supersedes=supersedes,
        recorded_at=now,
    )


def _correction(said: SpanVerdict, match: Match) -> Correction:
    return Correction(
        match_id=said.match_id,
        correct=said.correct,
        indicator=said.indicator or match.indicator,
        target_group_id=said.target_group_id or match.target_group_id,
        field=match.field,
        start=match.start,
        end=match.end,
    )
