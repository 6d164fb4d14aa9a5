"""What a process waits for, kept where operators look: /healthz, and one log line a change.

A process that waits is alive. It is ready only when nothing it needs is away.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal

import structlog

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Condition:
    """The state of one thing that the process depends on, with the reason in words."""

    state: Literal["ok", "waiting", "parked"]
    reason: str = ""


@dataclass(slots=True)
class Health:
    """The conditions of one process by name; every change is logged once."""

    service: str
    conditions: dict[str, Condition] = field(default_factory=dict)

    def ok(self, name: str) -> None:
        """Record that *name* works."""
        self._set(name, Condition("ok"))

    def waiting(self, name: str, reason: str) -> None:
        """Record that work waits for *name*; *reason* is a sentence for the operator."""
        self._set(name, Condition("waiting", reason))

    def parked(self, name: str, reason: str) -> None:
        """Record that consumer *name* stopped on purpose and waits for a person."""
        self._set(name, Condition("parked", reason))

    @property
    def ready(self) -> bool:
        """Tell whether nothing is being waited for."""
        return all(condition.state == "ok" for condition in self.conditions.values())

    def snapshot(self) -> dict[str, Any]:
        """Return the JSON document that /healthz answers with."""
        return {
            "service": self.service,
            "ready": self.ready,
            "conditions": {
                name: {"state": condition.state, "reason": condition.reason}
                for name, condition in sorted(self.conditions.items())
            },
        }

    def _set(self, name: str, condition: Condition) -> None:
        before = self.conditions.get(name)
        self.conditions[name] = condition
        if before is None or before.state != condition.state:
            level = log.info if condition.state == "ok" else log.warning
            level("condition_changed", name=name, state=condition.state, reason=condition.reason)
