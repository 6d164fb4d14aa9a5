"""What an operator does to the search index from the command line."""

from __future__ import annotations

from datetime import UTC, datetime

from services.portal.indexer.composition import create_indexer
from shared import elastic, mongo
from shared.settings import Settings


async def rebuild_indices(settings: Settings) -> list[str]:
    """Fill every index anew from MongoDB and swap it in; return the new names.

    Searches go on meanwhile, and so does the indexer.
    """
    client = elastic.connect(settings)
    database = mongo.connect(settings, database="portal")
    try:
        indexer = create_indexer(database, client, settings.namespace, lambda: datetime.now(UTC))
        indices = indexer.indices
        return [await indices.rebuild(filled) for filled in indices.filled]
    finally:
        await client.close()
        mongo.client_of(database).close()
