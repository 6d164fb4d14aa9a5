"""The search indices, each with the mapping of this version, filled from MongoDB."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime

from services.portal.indexer.composition import create_indexer
from services.portal.indexer.indices import Indices
from shared import elastic, mongo
from shared.settings import Settings


async def plan_indices(settings: Settings) -> list[str]:
    """Return which indices are missing or have an older mapping."""
    async with _indices(settings) as indices:
        return [f"build the index {name}" for name in await indices.outdated()]


async def apply_indices(settings: Settings) -> None:
    """Build them beside the old ones, and swap them in."""
    async with _indices(settings) as indices:
        await indices.prepare()


@asynccontextmanager
async def _indices(settings: Settings) -> AsyncIterator[Indices]:
    database = mongo.connect(settings, database="portal")
    client = elastic.connect(settings)
    try:
        with mongo.transient_mongo():
            yield create_indexer(
                database, client, settings.namespace, lambda: datetime.now(UTC)
            ).indices
    finally:
        await client.close()
        mongo.client_of(database).close()
