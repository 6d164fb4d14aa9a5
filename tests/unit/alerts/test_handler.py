"""What the handler listens to."""

from __future__ import annotations

from services.alerts.handler import CONSUMER, EVENTS
from shared.topics import subscription


def test_every_topic_that_is_read_has_its_event() -> None:
    assert set(EVENTS) == {topic.event_type for topic in subscription(CONSUMER).topics}
