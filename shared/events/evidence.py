"""The seal on a day of evidence: each day's root names the day before, so none can be changed."""

from datetime import date
from typing import ClassVar

from shared import topics
from shared.events.event import Event
from shared.events.fields import Count, Sha256, UtcTime


class EvidenceDayClosed(Event):
    """No more captures are added to a day; its root hash is fixed."""

    TYPE: ClassVar[str] = "evidence.day.closed.v1"
    TOPIC: ClassVar[topics.Topic] = topics.EVIDENCE_DAYS

    day: date
    root_sha256: Sha256
    previous_root_sha256: Sha256 | None = None
    """Null for the first day only."""
    records: Count
    bytes: Count
    software_version: str
    timestamp_token: str | None = None
    closed_at: UtcTime

    @property
    def subject(self) -> str:
        """The day."""
        return self.day.isoformat()

    @property
    def sequence(self) -> str:
        """The root: a second, different seal on a day is another fact and must show as one."""
        return self.root_sha256
