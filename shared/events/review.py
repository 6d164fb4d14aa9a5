"""What a person decided about an item, a match, a signal, a story or a country's level."""

from typing import ClassVar

from shared import topics
from shared.events.decisions import Decision, Level, ReleaseScope, Severity, SubjectKind
from shared.events.event import Event
from shared.events.fields import Id, OptionalSpan, Revision, UtcTime
from shared.events.rabat import RabatTest
from shared.events.terms import TextField


class Correction(OptionalSpan):
    """A reader's word on one match, or on a passage that no rule had found."""

    match_id: Id | None = None
    correct: bool
    indicator: str | None = None
    target_group_id: Id | None = None
    field: TextField | None = None


class ReviewRecorded(Event):
    """A person recorded a decision; it is never edited, only superseded."""

    TYPE: ClassVar[str] = "review.recorded.v1"
    TOPIC: ClassVar[topics.Topic] = topics.REVIEWS

    review_id: Id
    subject_kind: SubjectKind
    subject_id: Id
    subject_revision: Revision
    actor_id: Id
    actor_role: str
    decision: Decision
    scope: ReleaseScope | None = None
    corrections: tuple[Correction, ...] = ()
    severity: Severity | None = None
    level: Level | None = None
    assignee_id: Id | None = None
    rabat: RabatTest | None = None
    note: str | None = None
    supersedes: Id | None = None
    recorded_at: UtcTime

    @property
    def subject(self) -> str:
        """What the review is about, so that all its reviews stay in order."""
        return self.subject_id

    @property
    def sequence(self) -> str:
        """The review itself."""
        return self.review_id
