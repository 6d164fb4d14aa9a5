"""Which engines an installation runs on, and what a check from within cannot tell."""

from __future__ import annotations

import asyncio

from confluent_kafka import KafkaException

from shared import elastic, mongo
from shared.admin import TIMEOUT_SECONDS, create_admin
from shared.errors import TransientError
from shared.settings import Settings

NOT_CHECKED = (
    "fetching: whether outlets can be reached from this server",
    "evidence: the item has no capture on the disk",
    "release: no signal was raised, and no two people were asked",
    "the way in: TLS, and whether people can open the portal",
    "the backup",
)


async def engine_versions(settings: Settings) -> dict[str, str]:
    """Return engine -> version, as the engine states it; TransientError if one is away."""
    return {
        "Kafka": await asyncio.to_thread(_kafka, settings),
        "MongoDB": await _mongo(settings),
        "Elasticsearch": await _elasticsearch(settings),
    }


def _kafka(settings: Settings) -> str:
    """Return which cluster it is: the protocol does not tell the broker's release."""
    admin = create_admin(settings)
    try:
        cluster = admin.describe_cluster().result(TIMEOUT_SECONDS)
    except (KafkaException, TimeoutError) as error:
        raise TransientError(f"Kafka is away: {error}") from error
    return f"cluster {cluster.cluster_id} of {len(cluster.nodes)}, which does not tell its release"


async def _mongo(settings: Settings) -> str:
    database = mongo.connect(settings, "portal")
    try:
        with mongo.transient_mongo():
            return str((await database.command("buildInfo"))["version"])
    finally:
        mongo.client_of(database).close()


async def _elasticsearch(settings: Settings) -> str:
    async with elastic.connect(settings) as client:
        with elastic.transient_elastic():
            return str((await client.info())["version"]["number"])
