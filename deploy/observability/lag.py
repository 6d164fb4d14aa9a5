"""Exports every consumer's lag and its dead letters, seen from outside the consumer.

A process that hangs still answers /metrics with the last thing it knew, so it is not asked:
offsets come from the broker. While the broker is away nothing is exported, because an old
figure would look like a measurement; an alert rule fires on the absence.
"""

from __future__ import annotations

import asyncio
import sys

from shared.admin import consumer_lag, dead_letter_counts
from shared.errors import ConfigurationError, TransientError
from shared.health import Health
from shared.logs import configure_logs
from shared.metrics import DEAD_LETTERS, LAG_RECORDS
from shared.settings import Settings, load_settings
from shared.topics import SUBSCRIBERS
from shared.worker import kafka_dependency, run_service

SERVICE = "lag"
PERIOD_SECONDS = 15.0  # Prometheus' own period: more often would be seen by no one


async def measure(settings: Settings) -> None:
    """Set the gauges once; where Kafka does not answer, empty them and raise."""
    try:
        lags = [(one.consumer, await consumer_lag(settings, one)) for one in SUBSCRIBERS]
        letters = await dead_letter_counts(settings)
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
            await measure(settings)
        except TransientError as error:
            health.waiting("offsets", str(error))
        else:
            health.ok("offsets")
        await asyncio.sleep(PERIOD_SECONDS)


async def main(settings: Settings) -> int:
    """Run the exporter until it is told to stop."""
    health = Health(SERVICE)
    return await run_service(
        settings,
        health,
        background=[lambda: observe(settings, health)],
        dependencies=[kafka_dependency(settings)],
    )


if __name__ == "__main__":
    try:
        chosen = load_settings()
    except ConfigurationError as error:
        sys.exit(str(error))
    configure_logs(chosen, SERVICE)
    sys.exit(asyncio.run(main(chosen)))
