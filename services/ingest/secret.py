"""The key under which authors get their pseudonyms: made once for an installation."""

from __future__ import annotations

import secrets

from shared.mongo import Database, transient_mongo

KEY_BYTES = 32


async def author_key(database: Database) -> bytes:
    """Return the installation's key, making it if there is none yet."""
    keys = database["keys"]
    with transient_mongo():
        await keys.update_one(
            {"_id": "authors"},
            {"$setOnInsert": {"key": secrets.token_bytes(KEY_BYTES)}},
            upsert=True,
        )
        found = await keys.find_one({"_id": "authors"})
    if found is None:
        raise LookupError("the key of authors' pseudonyms has vanished")
    return bytes(found["key"])
