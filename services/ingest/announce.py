"""Tells the others about outlets that are new or edited, once at every start.

What was said before stays where the registry has not changed, so a restart says nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256

from services.ingest.clock import milliseconds
from services.ingest.registry import RegisteredOutlet
from services.ingest.statements import Said, Statements
from shared.events import Health, MediaOutletHealthChanged

STEP = timedelta(milliseconds=1)


@dataclass(frozen=True, slots=True)
class Announcer:
    """Announces what the registry says of outlets."""

    statements: Statements
    now: Callable[[], datetime]

    async def announce(self, outlets: Sequence[RegisteredOutlet]) -> None:
        """Store and publish new and edited outlets; TransientError leaves it repeatable."""
        known = await self.statements.said(one.outlet_id for one in outlets)
        now = milliseconds(self.now())
        for outlet in outlets:
            before = known.get(outlet.outlet_id)
            digest = outlet_digest(outlet, now)
            if before is None or before.digest != digest:
                event = statement(outlet, before.event if before else None, now)
                await self.statements.replace(Said(event, digest, now, False), before)
        known = await self.statements.said(one.outlet_id for one in outlets)
        await self.statements.announce(list(known.values()))


def statement(
    outlet: RegisteredOutlet, last: MediaOutletHealthChanged | None, now: datetime
) -> MediaOutletHealthChanged:
    """Return what is to be said of *outlet*: its health is unknown until it was observed."""
    state = outlet.state_as_of(now.astimezone(UTC).date())
    if last is not None:
        return last.model_copy(
            update={
                "outlet": state,
                "period_to_at": later(now, last),
                "reason": "The outlet was edited.",
            }
        )
    return MediaOutletHealthChanged(
        outlet=state,
        health=Health.UNKNOWN,
        since_at=now,
        expected_items=0.0,
        observed_items=0,
        period_from_at=now,
        period_to_at=now,
        reason="The outlet was registered.",
    )


def later(now: datetime, last: MediaOutletHealthChanged) -> datetime:
    """Return *now*, or the moment after *last* where a clock has gone back since."""
    return max(now, last.period_to_at + STEP)


def outlet_digest(outlet: RegisteredOutlet, now: datetime) -> str:
    """Return a name for what an event says of *outlet* today: ownership changes with days."""
    state = outlet.state_as_of(now.astimezone(UTC).date())
    return sha256((outlet.model_dump_json() + state.model_dump_json()).encode()).hexdigest()[:32]
