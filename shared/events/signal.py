"""A situation that a rule noticed, and the alert that it becomes when two people let it go.

Both events have the same fields: an alert is one revision of a signal, after the release filter.
"""

from abc import ABC
from typing import Annotated, ClassVar

from pydantic import Field

from shared import topics
from shared.events.decisions import (
    Certainty,
    Level,
    Severity,
    SignalChange,
    SignalStatus,
    Tlp,
    Urgency,
)
from shared.events.event import Event
from shared.events.fields import Count, Id, Quantity, Revision, Share, UtcTime
from shared.events.findings import Place, ScorePart
from shared.events.rabat import RabatTest
from shared.events.situation import Baseline, Evidence, Release, RuleRef, Situation, Versions

MAX_EVIDENCE = 200  # `evidence_count` has the true number


class SignalState(Event, ABC):
    """The whole of a signal at one revision; neither of its two events is a kind of the other."""

    signal_id: Id
    revision: Revision
    change: SignalChange
    status: SignalStatus
    follows: Id | None = None
    """The signal of the window before, where the situation goes on."""
    rule: RuleRef
    situation: Situation
    severity: Severity
    urgency: Urgency
    certainty_said: Certainty
    """How certain it is that this was said."""
    certainty_harm: Certainty | None = None
    """How certain harm is: set by a person, never by a rule."""
    confidence: Share
    confidence_parts: tuple[ScorePart, ...] = ()
    late_by_seconds: Quantity | None = None
    exercise: bool = False
    level_proposed: Level | None = None
    places: tuple[Place, ...] = ()
    alleged_actors_as_named: tuple[str, ...] = ()
    evidence: Annotated[tuple[Evidence, ...], Field(max_length=MAX_EVIDENCE)] = ()
    evidence_count: Count
    independent_owners: Count
    independent_texts: Count
    baseline: Baseline
    versions: Versions
    latest_fetched_at: UtcTime
    raised_at: UtcTime
    revised_at: UtcTime
    tlp: Tlp
    embargo_until_at: UtcTime | None = None
    release: Release = Release()
    rabat: RabatTest | None = None
    correction_reason: str | None = None

    @property
    def subject(self) -> str:
        """The signal."""
        return self.signal_id

    @property
    def sequence(self) -> int:
        """The revision of the signal."""
        return self.revision


class SignalRevised(SignalState):
    """A signal was raised, learnt more, was reviewed, or came to its end. Internal."""

    TYPE: ClassVar[str] = "signal.revised.v1"
    TOPIC: ClassVar[topics.Topic] = topics.SIGNALS


class AlertReleased(SignalState):
    """A revision of a signal left the house, released by two people."""

    TYPE: ClassVar[str] = "alert.released.v1"
    TOPIC: ClassVar[topics.Topic] = topics.ALERTS
