"""What every event has: a type, a topic, a key, and a place in the sequence of its subject."""

from abc import ABC, abstractmethod
from typing import ClassVar

from shared.events.fields import Part
from shared.topics import Topic

# A Kafka broker refuses messages above 1 MB; headers and framing need the difference.
MAX_EVENT_BYTES = 900_000


class Event(Part, ABC):
    """One fact in the past tense, complete enough that a reader need not call back."""

    TYPE: ClassVar[str]
    TOPIC: ClassVar[Topic]
    MAX_BYTES: ClassVar[int] = MAX_EVENT_BYTES

    @property
    @abstractmethod
    def subject(self) -> str:
        """The Kafka key: facts with the same subject stay in order."""

    @property
    @abstractmethod
    def sequence(self) -> int | str:
        """What tells this fact from others of the same type and subject, for its id."""
