"""Runs the analysis service: `python -m services.analysis`."""

from __future__ import annotations

from functools import partial

from services.analysis.analyse import create_readers
from services.analysis.desks import load_desks
from services.analysis.handler import CONSUMER, Dependencies, handle
from services.analysis.store import Store
from shared import mongo
from shared.clock import utc_now
from shared.health import Health
from shared.publish import create_publisher
from shared.settings import Settings
from shared.start import start
from shared.topics import subscription
from shared.worker import Consumer, Dependency, kafka_dependency, run_service


async def serve(settings: Settings, health: Health) -> int:
    """Build everything, connect it, and run until stopped."""
    readers = create_readers(load_desks(settings.config_dir / "desks"))
    database = mongo.connect(settings, "analysis")
    topics = subscription(CONSUMER)
    async with create_publisher(settings, "analysis") as publisher:
        deps = Dependencies(readers, Store(database), publisher, utc_now)
        return await run_service(
            settings,
            health,
            consumer=Consumer(topics, partial(handle, deps=deps), database),
            dependencies=[
                kafka_dependency(settings, topics),
                Dependency("mongodb", partial(mongo.ping, database)),
            ],
        )


if __name__ == "__main__":
    start("analysis", serve)
