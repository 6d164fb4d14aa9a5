"""Every topic: its name, what it carries, who may write it, how long it is kept.

The list is closed. `deploy.cli prepare` creates exactly these topics and the access
rules that follow from `writers`; nothing else creates a topic. Partition counts never
change, because a key must stay on its partition.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

PRINCIPALS = ("ingest", "analysis", "alerts", "portal")
MONITOR = "monitor"  # sees offsets from outside the consumers; reads and writes no record
DAY_MILLISECONDS = 86_400_000
GIGABYTE = 1_000_000_000


@dataclass(frozen=True, slots=True)
class Topic:
    """One topic as the design fixes it.

    `name` is without the installation's namespace; `retention_days` is None where
    records are kept for ever; `retention_gigabytes` bounds all partitions together, so that
    a flood costs age and not the disk; `writers` are Kafka principals.
    """

    name: str
    event_type: str
    writers: tuple[str, ...]
    partitions: int = 3
    cleanup: Literal["delete", "compact"] = "delete"
    retention_days: int | None = None
    retention_gigabytes: int | None = None

    def physical(self, namespace: str) -> str:
        """Return the name on the broker."""
        return f"{namespace}{self.name}"

    def configuration(self) -> dict[str, str]:
        """Return the broker's settings of this topic."""
        days, gigabytes = self.retention_days, self.retention_gigabytes
        size = -1 if gigabytes is None else gigabytes * GIGABYTE // self.partitions
        return {
            "cleanup.policy": self.cleanup,
            "retention.ms": "-1" if days is None else str(days * DAY_MILLISECONDS),
            "retention.bytes": str(size),
        }


MEDIA_ITEMS = Topic(
    "media.items.v1",
    "media.item.ingested.v1",
    ("ingest",),
    partitions=12,
    retention_days=30,
    retention_gigabytes=12,
)
MEDIA_ANALYSES = Topic(
    "media.analyses.v1",
    "media.item.analysed.v1",
    ("analysis",),
    partitions=12,
    retention_days=30,
    retention_gigabytes=18,
)
MEDIA_STORIES = Topic(
    "media.stories.v1",
    "media.story.changed.v1",
    ("analysis",),
    partitions=12,
    cleanup="compact",
)
MEDIA_OUTLETS = Topic(
    "media.outlets.v1",
    "media.outlet.health.changed.v1",
    ("ingest",),
    partitions=12,
    cleanup="compact",
)
MEDIA_CAMPAIGNS = Topic(
    "media.campaigns.v1",
    "media.campaign.changed.v1",
    ("analysis",),
    partitions=12,
    cleanup="compact",
)
EVIDENCE_DAYS = Topic("evidence.days.v1", "evidence.day.closed.v1", ("ingest",))
SIGNALS = Topic("signals.v1", "signal.revised.v1", ("alerts",))
ALERTS = Topic("alerts.v1", "alert.released.v1", ("alerts",))
REVIEWS = Topic("reviews.v1", "review.recorded.v1", ("portal",))
RULES = Topic("rules.v1", "rule.changed.v1", ("portal",), cleanup="compact")
SUBSCRIPTIONS = Topic("subscriptions.v1", "subscription.changed.v1", ("portal",), cleanup="compact")
SUBMISSIONS = Topic(
    "submissions.v1",
    "item.submitted.v1",
    ("portal",),
    retention_days=30,
    retention_gigabytes=3,
)
REMOVALS = Topic("removals.v1", "item.removed.v1", ("portal",))

TOPICS: tuple[Topic, ...] = (
    MEDIA_ITEMS,
    MEDIA_ANALYSES,
    MEDIA_STORIES,
    MEDIA_OUTLETS,
    MEDIA_CAMPAIGNS,
    EVIDENCE_DAYS,
    SIGNALS,
    ALERTS,
    REVIEWS,
    RULES,
    SUBSCRIPTIONS,
    SUBMISSIONS,
    REMOVALS,
)


@dataclass(frozen=True, slots=True)
class Subscription:
    """Which topics one consumer reads, and as which Kafka principal."""

    consumer: str
    principal: str
    topics: tuple[Topic, ...]

    def group(self, namespace: str) -> str:
        """Return the consumer group's name on the broker."""
        return f"{namespace}tocsin-{self.consumer}"


SUBSCRIBERS: tuple[Subscription, ...] = (
    Subscription("ingest", "ingest", (REMOVALS,)),
    Subscription("analysis", "analysis", (MEDIA_ITEMS, REMOVALS)),
    Subscription(
        "alerts",
        "alerts",
        (MEDIA_ANALYSES, MEDIA_OUTLETS, REVIEWS, RULES, SUBSCRIPTIONS, REMOVALS),
    ),
    Subscription(
        "indexer",
        "portal",
        (MEDIA_ANALYSES, MEDIA_OUTLETS, SIGNALS, ALERTS, REVIEWS, REMOVALS),
    ),
)


def subscription(consumer: str) -> Subscription:
    """Return the subscription of *consumer*; KeyError names an unknown one."""
    for candidate in SUBSCRIBERS:
        if candidate.consumer == consumer:
            return candidate
    raise KeyError(consumer)


def dead_letter_topic(topic: str, consumer: str, namespace: str) -> str:
    """Return where *consumer* puts what it can never process of *topic* (logical name)."""
    return f"{namespace}{topic}.{consumer}.dlq"
