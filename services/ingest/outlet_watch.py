"""Looks at every outlet's output and polls, and says when its health has changed.

A change is said once, whichever process notices it and however often it is restarted; a
day that must not teach a baseline is a change too.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from services.ingest.announce import later, outlet_digest, statement
from services.ingest.clock import milliseconds
from services.ingest.outlet_health import Assessment, Output, Polling, assess
from services.ingest.output_store import OutputStore
from services.ingest.patience import stubbornly
from services.ingest.registry import RegisteredOutlet
from services.ingest.source_states import PollHistory, SourceStates
from services.ingest.statements import Said, Statements
from shared import metrics
from shared.events import Health, MediaOutletHealthChanged, OutletStatus
from shared.health import Health as ServiceHealth

NAME = "outlet health"  # the condition in /healthz
LOOK_SECONDS = 300.0
KEPT_DAYS = 90
# What is published on such days says nothing of what the outlet usually publishes.
UNUSABLE = frozenset({Health.SILENT, Health.FAILING})
# A source that fails for a shorter time than this has a bad moment.
FAILING_AFTER = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class OutletWatch:
    """Watches *outlets* until cancelled."""

    outlets: Sequence[RegisteredOutlet]
    output: OutputStore
    states: SourceStates
    statements: Statements
    health: ServiceHealth
    now: Callable[[], datetime]

    async def run(self) -> None:
        """Look at all outlets every few minutes."""
        while True:
            await stubbornly(self.health, NAME, self.look)
            await asyncio.sleep(LOOK_SECONDS)

    async def look(self) -> None:
        """Assess every outlet once, and say what has changed."""
        said = await self.statements.said(one.outlet_id for one in self.outlets)
        now = milliseconds(self.now())
        for outlet in self.outlets:
            before = said.get(outlet.outlet_id)
            if before is not None:
                await self._look_at(outlet, before, now)
        said = await self.statements.said(one.outlet_id for one in self.outlets)
        await self.statements.announce(list(said.values()))
        _count(one.event.health for one in said.values())

    async def _look_at(self, outlet: RegisteredOutlet, before: Said, now: datetime) -> None:
        polled = polled_sources(outlet)
        histories = await self.states.histories(polled)
        polling = polling_of(histories, len(polled), now)
        missed = {day for one in histories for day in one.missed_days}
        output = Output(
            hours=await self.output.hours(outlet.outlet_id, now),
            unusable={*before.event.unusable_days, *missed},
            missed=missed,
        )
        found = assess(output, polling, before.event.health, now)
        digest = outlet_digest(outlet, now)
        event = changed(before.event, found, output.unusable, polling.last_success_at, now)
        if event is not None:
            state = outlet.state_as_of(now.astimezone(UTC).date())
            event = event.model_copy(update={"outlet": state})
        elif digest != before.digest:  # a dated fact of the registry began or ended today
            event = statement(outlet, before.event, now)
        if event is not None:
            await self.statements.replace(Said(event, digest, now, is_announced=False), before)


def polled_sources(outlet: RegisteredOutlet) -> list[str]:
    """Return the ids of the sources that are polled."""
    if outlet.status != OutletStatus.ACTIVE:
        return []
    return [source.source_id for source in outlet.sources if source.enabled]


def polling_of(histories: Sequence[PollHistory], sources: int, now: datetime) -> Polling:
    """Return how the polls of one outlet went; a source that was never polled does not fail."""
    failing = [
        one
        for one in histories
        if one.failing_since is not None and now - one.failing_since >= FAILING_AFTER
    ]
    successes = [one.last_success_at for one in histories if one.last_success_at is not None]
    return Polling(
        sources=sources,
        failing=len(failing),
        last_success_at=max(successes, default=None),
        last_error=failing[0].last_error if failing else "",
    )


def changed(
    last: MediaOutletHealthChanged,
    found: Assessment,
    unusable: Collection[date],
    last_success_at: datetime | None,
    now: datetime,
) -> MediaOutletHealthChanged | None:
    """Return the statement that *found* makes after *last*, or None where it says the same."""
    days = unusable_days(found, unusable, now)
    if found.health == last.health and days == last.unusable_days:
        return None
    return last.model_copy(
        update={
            "health": found.health,
            "since_at": last.since_at if found.health == last.health else now,
            "expected_items": found.expected,
            "observed_items": found.observed,
            "period_from_at": found.period_from_at or now,
            "period_to_at": later(now, last),
            "last_success_at": last_success_at,
            "reason": found.reason,
            "unusable_days": days,
        }
    )


def unusable_days(found: Assessment, known: Collection[date], now: datetime) -> tuple[date, ...]:
    """Return the days of the last 90 that teach nothing, those of *found* among them."""
    today = now.astimezone(UTC).date()
    days = set(known)
    if found.health in UNUSABLE:
        first = (found.period_from_at or now).astimezone(UTC).date()
        days |= {first + timedelta(days=n) for n in range((today - first).days + 1)}
    return tuple(sorted(day for day in days if today - timedelta(days=KEPT_DAYS) < day <= today))


def _count(healths: Iterable[Health]) -> None:
    counts = Counter(str(one) for one in healths)
    for name in Health:
        metrics.INGEST_OUTLETS.labels(str(name)).set(counts[str(name)])
