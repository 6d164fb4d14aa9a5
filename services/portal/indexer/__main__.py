"""The indexer as a process: `python -m services.portal.indexer`."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import partial

from services.portal.indexer.composition import create_indexer
from services.portal.indexer.handler import CONSUMER
from shared import elastic, mongo
from shared.dependencies import Dependency, kafka_dependency
from shared.health import Health
from shared.service import run_service
from shared.settings import Settings
from shared.start import start
from shared.topics import subscription
from shared.worker import Consumer

BATCH_SIZE = 200
BATCH_SECONDS = 0.3


async def serve(settings: Settings, health: Health) -> int:
    """Run the indexer until it is told to stop."""
    reads = subscription(CONSUMER)
    database = mongo.connect(settings, database="portal")
    client = elastic.connect(settings)
    indexer = create_indexer(database, client, settings.namespace, lambda: datetime.now(UTC))
    try:
        return await run_service(
            settings,
            health,
            consumer=Consumer(reads, indexer.handle, database, BATCH_SIZE, BATCH_SECONDS),
            background=[indexer.indices.keep],
            dependencies=[
                kafka_dependency(settings, reads),
                Dependency("mongo", partial(mongo.ping, database)),
                Dependency("elasticsearch", partial(elastic.ping, client)),
            ],
        )
    finally:
        await client.close()
        mongo.client_of(database).close()


if __name__ == "__main__":
    start(CONSUMER, serve)
