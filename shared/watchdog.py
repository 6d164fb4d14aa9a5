"""Ends a process whose consumer has silently stopped consuming.

A client library can leave its consumer group, or lose a wake-up, without an error. Then
nothing in the process fails and nothing moves. Lag is therefore taken from the broker,
and a process that has had lag for a while without finishing or even trying a record is
ended, so that its supervisor starts it anew.
"""

from __future__ import annotations

import asyncio
import os
import time
from dataclasses import dataclass

import structlog

from shared.consume import Progress
from shared.errors import TransientError
from shared.offsets import consumer_lag
from shared.settings import Settings
from shared.topics import Subscription

log = structlog.get_logger()

EXIT_STUCK = 75  # EX_TEMPFAIL of sysexits.h: try again
CHECKS_A_PERIOD = 8


@dataclass(slots=True)
class Verdict:
    """Decides from successive observations whether a consumer is stuck; pure."""

    stuck_seconds: float
    lagging_since: float | None = None

    def stuck(self, lag: int, now: float, progress: Progress) -> bool:
        """Tell whether there was lag all the time since *stuck_seconds* ago and no movement.

        *now* and the times in *progress* are of the same monotonic clock, in seconds.
        """
        if lag == 0 or progress.parked:
            self.lagging_since = None
            return False
        if self.lagging_since is None:
            self.lagging_since = now
        since = max(self.lagging_since, progress.moved_at)
        return now - since >= self.stuck_seconds


async def watch(settings: Settings, subscription: Subscription, progress: Progress) -> None:
    """Look at the lag from time to time for ever; end the process when it is stuck."""
    verdict = Verdict(settings.consume_stuck_seconds)
    while True:
        await asyncio.sleep(settings.consume_stuck_seconds / CHECKS_A_PERIOD)
        try:
            lag = sum((await consumer_lag(settings, subscription)).values())
        except TransientError:
            verdict.lagging_since = None  # Kafka is away: no one can be blamed
            continue
        if verdict.stuck(lag, time.monotonic(), progress):
            log.critical("consumer_stuck", consumer=subscription.consumer, lag=lag)
            os._exit(EXIT_STUCK)
