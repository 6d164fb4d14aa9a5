"""Kills services without warning in the middle of a run, each at fixed points of its own progress.

A service is killed when it has done a part of its work, not at a time, so that the kills fall into
the middle on any machine.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Protocol

from deploy.demo.meter import Reading

# What each service does, as the meter counts it.
WORK = {
    "ingest": "published",
    "analysis": "analysed",
    "alerts": "analysed",
    "indexer": "indexed",
    "portal": "indexed",
}
POINTS = (0.25, 0.45, 0.65)


class Killable(Protocol):
    """An installation whose services can be killed."""

    def kill_service(self, name: str) -> None:
        """Kill the service and start it again."""


@dataclass(slots=True)
class Killer:
    """Shown every reading of the meter, kills what has come to its next point."""

    installation: Killable
    services: Iterable[str]
    kills: list[tuple[str, int]] = field(default_factory=list)
    """The service and how much of its work was done."""
    _waiting: list[tuple[str, float]] = field(init=False)

    def __post_init__(self) -> None:
        self._waiting = [(name, point) for name in self.services for point in POINTS]

    def __call__(self, reading: Reading) -> None:
        """Kill what is due, one service a reading: two at once would be one fault, not two."""
        for due in self._waiting:
            name, point = due
            done = getattr(reading, WORK[name])
            if done >= point * reading.articles:
                self.installation.kill_service(name)
                self.kills.append((name, done))
                self._waiting.remove(due)
                return

    @property
    def finished(self) -> bool:
        """Whether every kill has been done."""
        return not self._waiting
