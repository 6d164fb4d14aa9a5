"""Kills each container in turn while items are on their way, one at a time."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from deploy.check.inside import unhealthy
from deploy.check.operator import kill
from deploy.demo.meter import Reading

# In this order, so that what items pass through is killed while they pass.
ENGINES_AND_SERVICES = (
    "kafka",
    "mongo",
    "elasticsearch",
    "ingest",
    "analysis",
    "alerts",
    "indexer",
    "portal",
    "lag",
)
AROUND = ("proxy", "prometheus", "alertmanager", "grafana")


@dataclass(slots=True)
class ContainerKiller:
    """Shown every reading of the meter, kills the next container when all others are healthy."""

    waiting: list[str] = field(default_factory=lambda: [*ENGINES_AND_SERVICES, *AROUND])
    killed: dict[str, Reading] = field(default_factory=dict)
    """Container -> how far the items were when it was killed."""

    def __call__(self, reading: Reading) -> None:
        """Kill the next one, once items flow and the one before is back."""
        if not self.waiting or reading.published == 0 or unhealthy():
            return
        name = self.waiting.pop(0)
        kill(name)
        self.killed[name] = reading

    def under_way(self, names: Iterable[str]) -> list[str]:
        """Return those of *names* that were killed before all items had come through."""
        return [
            name
            for name in names
            if (at := self.killed.get(name)) and min(at.indexed, at.served) < at.articles
        ]
