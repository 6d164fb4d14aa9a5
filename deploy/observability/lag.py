"""Exports every consumer's lag and its dead letters, seen from outside the consumer.

A process that hangs still answers /metrics with the last thing it knew, so it is not asked:
offsets come from the broker. While the broker is away nothing is exported, because an old
figure would look like a measurement; an alert rule fires on the absence.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from functools import partial

from deploy.observability.disk import observe_disk
from shared.dependencies import kafka_dependency
from shared.errors import TransientError
from shared.health import Health
from shared.metrics import DEAD_LETTERS, LAG_RECORDS
from shared.offsets import consumer_lag, dead_letter_counts
from shared.service import run_service
from shared.settings import Settings
from shared.start import start
from shared.topics import SUBSCRIBERS, Subscription

LagOf = Callable[[Subscription], Awaitable[Mapping[str, int]]]
LettersOf = Callable[[], Awaitable[Mapping[tuple[str, str], int]]]

PERIOD_SECONDS = 15.0  # Prometheus' own period: more often would be seen by no one


async def measure(lag_of: LagOf, letters_of: LettersOf) -> None:
    """Set the gauges once; where Kafka does not answer, empty them and raise."""
    try:
        lags = [(one.consumer, await lag_of(one)) for one in SUBSCRIBERS]
        letters = await letters_of()
    except TransientError:
        LAG_RECORDS.clear()
        DEAD_LETTERS.clear()
        raise
    for consumer, lag in lags:
        for topic, records in lag.items():
            LAG_RECORDS.labels(consumer, topic).set(records)
    for (consumer, topic), records in letters.items():
        DEAD_LETTERS.labels(consumer, topic).set(records)


async def observe(settings: Settings, health: Health) -> None:
    """Measure for ever; /healthz says when the broker cannot be asked."""
    while True:
        try:
            await measure(partial(consumer_lag, settings), partial(dead_letter_counts, settings))
        except TransientError as error:
            health.waiting("offsets", str(error))
        else:
            health.ok("offsets")
        await asyncio.sleep(PERIOD_SECONDS)


async def serve(settings: Settings, health: Health) -> int:
    """Run the exporter until it is told to stop."""
    return await run_service(
        settings,
        health,
        background=[lambda: observe(settings, health), observe_disk],
        dependencies=[kafka_dependency(settings)],
    )


if __name__ == "__main__":
    start("lag", serve)
