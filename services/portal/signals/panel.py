"""What one person can do with one signal just now: the state behind the two-key panel."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from services.portal.accounts.model import Principal
from services.portal.signals.reviews import (
    ALLOWED,
    OPEN,
    POSSIBLE,
    Recorded,
    keys_standing,
    keys_turned,
)
from shared.events import Decision, SignalRevised, SignalStatus

KEYS_NEEDED = 2


@dataclass(frozen=True, slots=True)
class Key:
    """One key that is turned: whose, and for whom the release is meant."""

    name: str
    scope: str | None
    mine: bool


@dataclass(frozen=True, slots=True)
class Panel:
    """Everything that the panel shows."""

    signal: SignalRevised
    keys: tuple[Key, ...]
    history: tuple[tuple[str, Recorded], ...]
    actions: frozenset[str]

    @property
    def missing(self) -> int:
        """Return how many keys a release still needs."""
        return max(0, KEYS_NEEDED - len(self.keys))


def create_panel(
    signal: SignalRevised,
    recorded: Mapping[str, Recorded],
    names: Mapping[str, str],
    principal: Principal,
) -> Panel:
    """Return the panel as *principal* sees it; *names* has the names of accounts."""
    standing = keys_standing(signal, recorded)
    actions = {
        decision.value
        for decision, states in POSSIBLE.items()
        if decision is not Decision.ACKNOWLEDGE
        and signal.status in states
        and principal.holds(ALLOWED[decision])
    }
    if principal.id in standing and signal.status in OPEN:
        actions.discard(Decision.APPROVE_RELEASE)
    if signal.status is SignalStatus.ASSESSED:
        actions.discard(Decision.ASSESS)  # again, with another severity, through the API alone
    if principal.id not in keys_turned(recorded):
        actions.discard(Decision.REVOKE)
    ordered = sorted(recorded.values(), key=lambda one: (one.recorded_at, one.review_id))
    return Panel(
        signal=signal,
        keys=tuple(
            Key(names.get(actor, "a person without an account"), one.scope, actor == principal.id)
            for actor, one in standing.items()
        ),
        history=tuple((names.get(one.actor_id, "somebody"), one) for one in ordered),
        actions=frozenset(actions),
    )
