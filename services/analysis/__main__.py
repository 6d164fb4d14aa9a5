"""Runs the analysis service: `python -m services.analysis`."""

from __future__ import annotations

from functools import partial

from services.analysis.handler import CONSUMER, Dependencies, handle
from services.analysis.readers import DeskFiles
from services.analysis.store import Store
from shared import mongo
from shared.clock import utc_now
from shared.dependencies import Dependency, kafka_dependency
from shared.health import Health
from shared.mongo import Database
from shared.publish import Publisher, create_publisher
from shared.service import run_service
from shared.settings import Settings
from shared.start import start
from shared.topics import subscription
from shared.worker import Consumer


async def serve(settings: Settings, health: Health) -> int:
    """Build everything, connect it, and run until stopped."""
    desks = DeskFiles(settings.config_dir / "desks", settings.lexicons)
    database = mongo.connect(settings, "analysis")
    topics = subscription(CONSUMER)
    async with create_publisher(settings, "analysis") as publisher:
        return await run_service(
            settings,
            health,
            consumer=create_consumer(desks, database, publisher),
            dependencies=[
                kafka_dependency(settings, topics),
                Dependency("mongodb", partial(mongo.ping, database)),
            ],
        )


def create_consumer(desks: DeskFiles, database: Database, publisher: Publisher) -> Consumer:
    """Put the handler together with what it works with."""
    deps = Dependencies(desks.current, Store(database), publisher, utc_now)
    return Consumer(subscription(CONSUMER), partial(handle, deps=deps), database)


if __name__ == "__main__":
    start("analysis", serve)
