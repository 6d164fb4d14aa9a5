"""What people set: the rules that raise signals, and who is told."""

from typing import Annotated, Any, ClassVar

from pydantic import Field, StringConstraints

from shared import topics
from shared.events.codec import content_digest
from shared.events.decisions import Channel, Digest, RuleKind, Severity
from shared.events.event import Event
from shared.events.fields import Country, Id, Part, Revision, UtcTime

ClockTime = Annotated[str, StringConstraints(pattern=r"^([01]\d|2[0-3]):[0-5]\d$")]


class RuleChanged(Event):
    """A rule was made, changed, switched on or off."""

    TYPE: ClassVar[str] = "rule.changed.v1"
    TOPIC: ClassVar[topics.Topic] = topics.RULES

    rule_id: Id
    version: Revision
    enabled: bool
    kind: RuleKind
    definition: dict[str, Any] = Field(default_factory=dict)
    """The parameters of that kind of rule, which the alerts service checks."""
    actor_id: Id
    recorded_at: UtcTime

    @property
    def subject(self) -> str:
        """The rule."""
        return self.rule_id

    @property
    def sequence(self) -> int:
        """The version of the rule."""
        return self.version


class SubscriptionFilter(Part):
    """What a subscriber wants to hear of; an empty list means everything."""

    countries: tuple[Country, ...] = ()
    severities: tuple[Severity, ...] = ()
    languages: tuple[str, ...] = ()


class QuietHours(Part):
    """The hours in which a subscriber is not woken, in local time; they may pass midnight."""

    start: ClockTime
    end: ClockTime
    timezone: str


class SubscriptionChanged(Event):
    """A recipient asked to be told, or to be told differently or no more."""

    TYPE: ClassVar[str] = "subscription.changed.v1"
    TOPIC: ClassVar[topics.Topic] = topics.SUBSCRIPTIONS

    subscription_id: Id
    recipient_id: Id
    channel: Channel
    address_ref: Id
    """Where the address is kept; the address itself is on no topic."""
    filter: SubscriptionFilter = SubscriptionFilter()
    quiet_hours: QuietHours | None = None
    digest: Digest = Digest.NONE
    enabled: bool
    consent_at: UtcTime

    @property
    def subject(self) -> str:
        """The subscription."""
        return self.subscription_id

    @property
    def sequence(self) -> str:
        """The content: a subscription set back to an earlier state is that earlier fact again."""
        return content_digest(self)
