"""The one consuming loop that every worker shares.

A record is acknowledged after its handler has returned, or after the broker has
confirmed its dead letter: never before, and never by an exception. With one actor per
stream this makes the pipeline at-least-once; handlers are idempotent.

Too many dead letters one after another park the loop: then it is hardly the records that
are wrong, and a person has to look before the topic empties into the dead letters.
"""

from __future__ import annotations

import asyncio
import errno
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Protocol, TypeVar

import structlog

from shared import metrics
from shared.errors import PermanentError, TransientError
from shared.health import Health
from shared.records import Record

log = structlog.get_logger()

Rejections = Mapping[int, PermanentError]
Handler = Callable[[Sequence[Record]], Awaitable[Rejections]]

UNEXPECTED_ATTEMPTS = 3
# A full disk or a lack of file descriptors says nothing about the record in hand.
SHORTAGES = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EMFILE, errno.ENFILE})

T = TypeVar("T")


class DeadLetters(Protocol):
    """Where records go that can never be processed."""

    async def put(self, record: Record, error: Exception, attempts: int) -> None:
        """Return when the broker has confirmed; TransientError while it cannot."""


class Parking(Protocol):
    """Where it is remembered, across restarts, that a consumer is parked."""

    async def park(self, reason: str) -> None:
        """Remember *reason*; TransientError while the store is away."""

    async def reason(self) -> str | None:
        """Return why the consumer is parked, or None when it may run."""


@dataclass(frozen=True, slots=True)
class RetryPolicy:
    """Pauses between attempts, in seconds: doubling from the first to the longest."""

    first: float = 0.5
    longest: float = 60.0

    def pause(self, failures: int) -> float:
        """Return the pause after the *failures*-th failure in a row (from 1)."""
        return float(min(self.first * 2 ** min(failures - 1, 30), self.longest))


@dataclass(slots=True)
class Progress:
    """What the watchdog reads: when work last moved, in seconds of a monotonic clock."""

    moved_at: float = field(default_factory=time.monotonic)
    parked: bool = False
    busy: bool = False
    waiting: bool = False

    @property
    def working(self) -> bool:
        """Tell whether a batch is in hand that will end by itself."""
        return self.busy and not self.parked and not self.waiting

    def move(self) -> None:
        """Note that a record was finished or an attempt was made."""
        self.moved_at = time.monotonic()


@dataclass(slots=True)
class Loop:
    """Settles batches of records for one consumer, one batch at a time, in order."""

    consumer: str
    handle: Handler
    dead_letters: DeadLetters
    parking: Parking
    health: Health
    park_after: int = 50
    policy: RetryPolicy = field(default_factory=RetryPolicy)
    parking_poll_seconds: float = 1.0
    progress: Progress = field(default_factory=Progress)
    run: int = 0
    started: bool = False

    async def settle(self, records: Sequence[Record], acknowledge: Callable[[int], None]) -> None:
        """Bring every record to an outcome, calling *acknowledge* with its index, in order.

        Returns only when all are settled, however long their dependencies take.
        """
        started = time.monotonic()
        self.progress.busy = True
        try:
            if not self.started:  # the parked state outlives restarts
                await self._wait_while_parked()
                self.started = True
            done = 0
            while done < len(records):
                first = done
                done += await self._settle_once(
                    records[first:], partial(_shifted, acknowledge, first)
                )
        finally:
            self.progress.busy = False
        metrics.BATCH_SECONDS.labels(self.consumer).observe(time.monotonic() - started)

    async def _settle_once(
        self, records: Sequence[Record], acknowledge: Callable[[int], None]
    ) -> int:
        """Settle a leading part of *records* and return its length; parking cuts it short."""
        rejections, attempts = await self._attempt(records)
        for index, record in enumerate(records):
            error = rejections.get(index)
            if error is None:
                self.run = 0
                self._finish(record, "handled")
            elif self.run >= self.park_after:
                await self._park(record, error)
                return index
            else:
                await self._patiently(partial(self.dead_letters.put, record, error, attempts))
                self.run += 1
                self._finish(record, "dead_lettered")
                log.error(
                    "record_dead_lettered",
                    consumer=self.consumer,
                    topic=record.topic,
                    partition=record.partition,
                    offset=record.offset,
                    error=str(error),
                )
            acknowledge(index)
        return len(records)

    async def _attempt(self, records: Sequence[Record]) -> tuple[Mapping[int, Exception], int]:
        """Run the handler until it has an answer for every record."""
        attempts = 0

        async def once() -> Mapping[int, Exception]:
            nonlocal attempts
            attempts += 1
            try:
                return await self.handle(records)
            except TransientError:
                raise
            except Exception as error:  # noqa: BLE001 - this loop alone may catch all
                return await self._isolate(records, error)

        return await self._patiently(once), attempts

    async def _isolate(
        self, records: Sequence[Record], error: Exception
    ) -> Mapping[int, Exception]:
        """Find which records of a failed batch are at fault by handling each alone."""
        log.warning("batch_failed", consumer=self.consumer, size=len(records), exc_info=error)
        rejections: dict[int, Exception] = {}
        for index, record in enumerate(records):
            failure = await self._alone(record)
            if failure is not None:
                rejections[index] = failure
        return rejections

    async def _alone(self, record: Record) -> Exception | None:
        """Handle one record; return why it can never be handled, or None."""
        failure: Exception | None = None
        for _ in range(UNEXPECTED_ATTEMPTS):
            self.progress.move()
            try:
                rejections = await self._patiently(lambda: self.handle((record,)))
            except PermanentError as error:
                return error
            except Exception as error:  # noqa: BLE001 - this loop alone may catch all
                failure = error
                await asyncio.sleep(self.policy.first)
            else:
                return rejections.get(0)
        return failure

    async def _patiently(self, work: Callable[[], Awaitable[T]]) -> T:
        """Repeat *work* while it raises TransientError or lacks room, without a limit of time."""
        failures = 0
        while True:
            self.progress.move()
            try:
                result = await work()
            except (TransientError, OSError) as error:
                if isinstance(error, OSError) and error.errno not in SHORTAGES:
                    raise
                failures += 1
                metrics.RETRIES_TOTAL.labels(self.consumer).inc()
                self.health.waiting(f"consumer {self.consumer}", str(error))
                await self._pause(self.policy.pause(failures))
            else:
                self.health.ok(f"consumer {self.consumer}")
                self.progress.move()
                return result

    async def _pause(self, seconds: float) -> None:
        """Sleep; a planned pause is progress to the watchdog."""
        until = time.monotonic() + seconds
        self.progress.waiting = True
        while (left := until - time.monotonic()) > 0:
            await asyncio.sleep(min(left, 5.0))
            self.progress.move()
        self.progress.waiting = False

    async def _park(self, record: Record, error: Exception) -> None:
        """Remember the parked state, then wait for a person to lift it."""
        reason = (
            f"{self.run} records in a row went to the dead letters; the next is"
            f" {record.topic}[{record.partition}]@{record.offset}: {error}"
        )
        await self._patiently(lambda: self.parking.park(reason))
        await self._wait_while_parked()

    async def _wait_while_parked(self) -> None:
        """Return when the consumer is not, or no longer, parked."""
        name = f"consumer {self.consumer}"
        while (reason := await self._patiently(self.parking.reason)) is not None:
            if not self.progress.parked:
                log.error("consumer_parked", consumer=self.consumer, reason=reason)
            self.progress.parked = True
            metrics.PARKED.labels(self.consumer).set(1)
            self.health.parked(name, f"{reason}. Lift it with: tocsin resume {self.consumer}")
            await asyncio.sleep(self.parking_poll_seconds)
        if self.progress.parked:
            log.info("consumer_resumed", consumer=self.consumer)
            self.run = 0
        self.progress.parked = False
        metrics.PARKED.labels(self.consumer).set(0)
        self.health.ok(name)

    def _finish(self, record: Record, outcome: str) -> None:
        self.progress.move()
        metrics.RECORDS_TOTAL.labels(self.consumer, record.topic, outcome).inc()
        metrics.LAST_FINISHED_SECONDS.labels(self.consumer).set(time.time())


def _shifted(acknowledge: Callable[[int], None], by: int, index: int) -> None:
    acknowledge(by + index)
