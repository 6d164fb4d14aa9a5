"""Polls each source once a period, and hands the pages that are new or changed to the crawl.

Which process polls a source is decided by its lease. A poll is recorded only after
everything it listed is on the work list, so a kill in between repeats the poll.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import structlog

from services.ingest.collectors import Collector
from services.ingest.crawl import Crawl
from services.ingest.discovery import discover
from services.ingest.event_time import collection_of
from services.ingest.fetched import Fetched
from services.ingest.intervals import fresh_for, next_interval
from services.ingest.outcomes import FetchError, Outcome
from services.ingest.page_store import PageStore
from services.ingest.patience import patiently, stubbornly
from services.ingest.registry import RegisteredOutlet, Source
from services.ingest.source_states import SourceState, SourceStates
from services.ingest.targets import Poll, Target
from shared import metrics
from shared.events import SourceKind
from shared.health import Health

log = structlog.get_logger()

NAME = "sources"  # the condition in /healthz
TICK_SECONDS = 0.25
LOOK_SECONDS = 5.0
RENEW_SECONDS = 10.0
POLLS_AT_ONCE = 10


@dataclass(frozen=True, slots=True)
class Found:
    """What one poll found: the pages to read, the answer, and how many entries it had."""

    targets: list[Target]
    root: Fetched
    listed: int
    is_read: bool


@dataclass(slots=True)
class Poller:
    """Polls *sources* until cancelled; holds their leases while their pages are being read."""

    sources: dict[str, tuple[RegisteredOutlet, Source]]
    states: SourceStates
    pages: PageStore
    collectors: Mapping[SourceKind, Collector]
    crawl: Crawl
    health: Health
    now: Callable[[], datetime]
    is_recorded: Callable[[str], bool]
    _due: dict[str, datetime] = field(default_factory=dict)
    _held: set[str] = field(default_factory=set)
    _polling: set[str] = field(default_factory=set)
    _places: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(POLLS_AT_ONCE))

    async def run(self) -> None:
        """Poll until cancelled."""
        await stubbornly(self.health, NAME, lambda: self.states.register(list(self.sources)))
        clock_at = datetime.max.replace(tzinfo=UTC)  # so that a start asks as a step back does
        looked_at = renewed_at = float("-inf")
        async with asyncio.TaskGroup() as group:
            while True:
                if self.now() < clock_at:
                    await stubbornly(self.health, NAME, self._forget_future_polls)
                clock_at = self.now()
                if time.monotonic() - renewed_at > RENEW_SECONDS:
                    renewed_at = time.monotonic()
                    await stubbornly(self.health, NAME, self._renew)
                if time.monotonic() - looked_at > LOOK_SECONDS:
                    looked_at = time.monotonic()
                    await stubbornly(self.health, NAME, self._look)
                await stubbornly(self.health, NAME, self._release)
                for source_id in self._wanted():
                    self._polling.add(source_id)
                    group.create_task(self._take_turn(source_id))
                await asyncio.sleep(TICK_SECONDS)

    async def _forget_future_polls(self) -> None:
        await self.states.forget_future_polls(list(self.sources), self.now())

    def _wanted(self) -> list[str]:
        now = self.now()
        due = (source_id for source_id, due_at in self._due.items() if due_at <= now)
        return [source_id for source_id in due if source_id not in self._polling]

    async def _renew(self) -> None:
        """Keep our leases; what another process has taken over is left to it."""
        if not self._held:
            return
        kept = await self.states.renew(sorted(self._held), self.now())
        for source_id in self._held - kept:
            self.crawl.drop(source_id)
        self._held &= kept

    async def _look(self) -> None:
        """Learn what other processes did, and which work they left behind."""
        others = [source_id for source_id in self.sources if source_id not in self._held]
        self._due.update(await self.states.available(others, self.now()))

    async def _release(self) -> None:
        for source_id in sorted(self._held - self._polling):
            if self.crawl.is_idle(source_id):
                await self.states.release(source_id)
                self._held.discard(source_id)

    async def _take_turn(self, source_id: str) -> None:
        try:
            async with self._places:
                await patiently(self.health, NAME, lambda: self._claim_and_poll(source_id))
        except Exception:  # one odd source must not stop the others
            log.exception("turn_failed", source_id=source_id)
            self._leave(source_id)
        finally:
            self._polling.discard(source_id)

    def _leave(self, source_id: str) -> None:
        """Try again after a period; the lease is not given back, since pages may be waiting."""
        self._held.discard(source_id)
        period = timedelta(seconds=self.sources[source_id][1].period_seconds)
        self._due[source_id] = self.now() + period

    async def _claim_and_poll(self, source_id: str) -> None:
        _, source = self.sources[source_id]
        now = self.now()
        state = await self.states.claim(source_id, now)
        if state is None:  # another process is at it; `_look` will tell when it has finished
            self._due[source_id] = now + timedelta(seconds=source.period_seconds + LOOK_SECONDS)
            return
        if state.has_work and source_id not in self._held:
            self.crawl.push(await self.pages.waiting(source_id))
        self._held.add(source_id)
        if state.next_poll_at <= now:
            self._due[source_id] = await self._poll(source_id, state, now)
        else:
            self._due[source_id] = state.next_poll_at

    async def _poll(self, source_id: str, state: SourceState, now: datetime) -> datetime:
        """Ask the source what is new and return when the next poll is due."""
        outlet, source = self.sources[source_id]
        least = timedelta(seconds=source.period_seconds)
        planned = max(state.interval or least, least)
        collection = collection_of(now, planned, state.last_success_at, state.last_attempt_at)
        poll = Poll(
            source_id, outlet.outlet_id, collection, state.last_success_at, now, source.kind
        )
        try:
            found = await self._collect(source, state, poll)
        except FetchError as error:
            pause = timedelta(seconds=error.retry_after_seconds or 0.0)
            next_poll_at = now + max(least, pause)
            await self.states.fail(state, now, next_poll_at, error.reason)
            metrics.INGEST_POLLS_TOTAL.labels(str(error.outcome)).inc()
            return next_poll_at
        next_poll_at = now + self._wait(source, found, planned, state)
        await self.states.succeed(state, now, next_poll_at, found.root)
        self.crawl.push(found.targets)
        metrics.INGEST_POLLS_TOTAL.labels("read" if found.is_read else "unchanged").inc()
        return next_poll_at

    def _wait(
        self, source: Source, found: Found, planned: timedelta, state: SourceState
    ) -> timedelta:
        """Return the time until the next poll; recorded outlets are polled by the clock."""
        least = timedelta(seconds=source.period_seconds)
        if self.is_recorded(source.url) or state.last_success_at is None:
            return least  # the first poll finds everything new, which says nothing of the rate
        wait = next_interval(planned, len(found.targets), found.listed, least)
        return max(wait, fresh_for(found.root.header("cache-control")))

    async def _collect(self, source: Source, state: SourceState, poll: Poll) -> Found:
        """Return what the source lists, what is new of it being on the work list."""
        targets: list[Target] = []
        root: Fetched | None = None
        listed, is_read = 0, False
        async for listing in self.collectors[source.kind](source, state):
            root = root or listing.fetched
            if listing.feed is not None:
                is_read = True
                listed += len(listing.feed.entries)
                targets += await discover(listing.feed, poll, self.pages)
        if root is None:
            raise FetchError(Outcome.EMPTY, "The source gave no answer.")
        return Found(targets, root, listed, is_read)
