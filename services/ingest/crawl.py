"""Keeps pages moving: from the queue through reading to their outcome, a bounded number at once.

A page counts as in flight until its outcome is stored. While the store or the broker is
away nothing finishes, the places fill up, and fetching stops by itself.
"""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import partial

import structlog

from services.ingest.conclude import Concluder
from services.ingest.fair_queue import FairQueue
from services.ingest.outcomes import FetchError, Outcome
from services.ingest.reader import PageUnread, Reader, Reading
from services.ingest.registry import RegisteredOutlet
from services.ingest.site_rules import SiteRules
from services.ingest.targets import Target
from shared import metrics

log = structlog.get_logger()

BATCH_PAGES = 50
BATCH_SECONDS = 0.4
LONGEST_IDLE_SECONDS = 0.5


@dataclass(slots=True)
class Crawl:
    """Reads pushed targets, at most *pages_in_flight* at once, until cancelled."""

    reader: Reader
    concluder: Concluder
    rules: SiteRules
    outlets: dict[str, RegisteredOutlet]
    pages_in_flight: int
    queue: FairQueue = field(init=False)
    _is_over: bool = False
    _flying: dict[str, asyncio.Task[Reading]] = field(default_factory=dict)
    _outstanding: Counter[str] = field(default_factory=Counter)
    _readings: asyncio.Queue[Reading] = field(default_factory=asyncio.Queue)
    _changed: asyncio.Event = field(default_factory=asyncio.Event)

    def __post_init__(self) -> None:
        self.queue = FairQueue(self.rules.requests_per_host)

    def push(self, targets: Iterable[Target]) -> None:
        """Add *targets*, except those that are already waiting or in flight."""
        for target in targets:
            if target.entry_id not in self._flying and self._enqueue(target):
                self._outstanding[target.source_id] += 1
        self._note_change()

    def is_idle(self, source_id: str) -> bool:
        """Tell whether every page of the source has its outcome."""
        return self._outstanding[source_id] == 0

    def drop(self, source_id: str) -> None:
        """Leave the waiting pages of a source to the process that has taken it over."""
        self._outstanding[source_id] -= self.queue.drop(source_id)
        self._note_change()

    async def run(self) -> None:
        """Read and conclude until cancelled."""
        try:
            async with asyncio.TaskGroup() as group:
                group.create_task(self._dispatch())
                group.create_task(self._conclude())
        finally:
            self._is_over = True
            for task in self._flying.values():
                task.cancel()

    async def _dispatch(self) -> None:
        while True:
            self._changed.clear()
            free = self.pages_in_flight - len(self._flying)
            target = self.queue.pop(time.monotonic()) if free > 0 else None
            if target is None:
                await self._wait_for_change()
            else:
                self._take_off(target)

    async def _wait_for_change(self) -> None:
        """Return when something may have become possible."""
        due_at = self.queue.due_at()
        wait = LONGEST_IDLE_SECONDS if due_at is None else due_at - time.monotonic()
        try:
            async with asyncio.timeout(min(max(wait, 0.01), LONGEST_IDLE_SECONDS)):
                await self._changed.wait()
        except TimeoutError:
            pass

    def _take_off(self, target: Target) -> None:
        task = asyncio.create_task(self._read(target))
        self._flying[target.entry_id] = task
        task.add_done_callback(partial(self._land, target))

    async def _read(self, target: Target) -> Reading:
        return await self.reader.read(target, self.outlets[target.outlet_id])

    def _land(self, target: Target, task: asyncio.Task[Reading]) -> None:
        """Hand the reading on, and the place back, however the task has ended."""
        if self._is_over:  # the page is still on the work list
            return
        error = asyncio.CancelledError() if task.cancelled() else task.exception()
        if error is None:
            reading = task.result()
        else:
            log.error("page_failed", entry_id=target.entry_id, exc_info=error)
            reading = PageUnread(target, unexpected(error), target.known)
        self._readings.put_nowait(reading)
        pause = 0.0
        try:
            pause = self.rules.pause_seconds(target.url)
        finally:
            self.queue.finish(target.host, time.monotonic() + pause)
            self._note_change()

    async def _conclude(self) -> None:
        while True:
            batch = await self._collect()
            retried = await self.concluder.conclude(batch)
            again = {target.entry_id for target in retried}
            for reading in batch:
                target = reading.target
                del self._flying[target.entry_id]
                if target.entry_id not in again:
                    self._outstanding[target.source_id] -= 1
            for target in retried:
                self._enqueue(target)
            self._note_change()

    async def _collect(self) -> Sequence[Reading]:
        """Return the next readings, at least one, as many as come within a moment."""
        batch = [await self._readings.get()]
        deadline = time.monotonic() + BATCH_SECONDS
        while len(batch) < BATCH_PAGES and (left := deadline - time.monotonic()) > 0:
            try:
                async with asyncio.timeout(left):
                    batch.append(await self._readings.get())
            except TimeoutError:
                break
        return batch

    def _enqueue(self, target: Target) -> bool:
        wait = 0.0
        if target.next_at is not None:
            wait = (target.next_at - self.reader.fetcher.now()).total_seconds()
        return self.queue.push(target, time.monotonic() + wait)

    def _note_change(self) -> None:
        metrics.INGEST_FRONTIER_PAGES.set(len(self.queue) + len(self._flying))
        self._changed.set()


def unexpected(error: BaseException) -> FetchError:
    """Return the outcome of a page on which our own code failed: a few more attempts."""
    reason = f"Reading it failed: {type(error).__name__}."
    return FetchError(Outcome.UNREADABLE, reason, is_final=False)
