"""How often a sign-in may fail, counted before the password is looked at.

Counting first means that a flood in parallel cannot pass. Three counts, so that neither
one account nor one address can be tried without end. An attempt that one count refuses is
not added to the next: a stranger who floods a name uses up five of its attempts an address,
and would need a hundred addresses to shut its owner out.
"""

from __future__ import annotations

import hashlib
from datetime import datetime, timedelta

from shared.mongo import Database, transient_mongo

WINDOW = timedelta(minutes=15)
PAIR_LIMIT = 5  # one name from one address
NAME_LIMIT = 500  # one name from everywhere
ADDRESS_LIMIT = 100  # one address, which may be a whole office


class LoginThrottle:
    """Counts attempts in fixed windows of a quarter of an hour."""

    def __init__(self, database: Database) -> None:
        self._attempts = database["login_attempts"]

    async def admit(self, account_id: str, address: str, now: datetime) -> bool:
        """Count one attempt; False when it is one too many."""
        limits = {
            _key("pair", f"{account_id}|{address}", now): PAIR_LIMIT,
            _key("address", address, now): ADDRESS_LIMIT,
            _key("name", account_id, now): NAME_LIMIT,
        }
        for key, limit in limits.items():
            if await self._count(key, now) > limit:
                return False
        return True

    async def forgive(self, account_id: str, address: str, now: datetime) -> None:
        """Forget the failures of a person who has now signed in."""
        with transient_mongo():
            await self._attempts.delete_one({"_id": _key("pair", f"{account_id}|{address}", now)})

    async def sweep(self, now: datetime) -> int:
        """Delete the windows that are over."""
        with transient_mongo():
            result = await self._attempts.delete_many({"expires_at": {"$lte": now}})
        return int(result.deleted_count)

    async def _count(self, key: str, now: datetime) -> int:
        with transient_mongo():
            document = await self._attempts.find_one_and_update(
                {"_id": key},
                {"$inc": {"attempts": 1}, "$setOnInsert": {"expires_at": now + WINDOW}},
                upsert=True,
                return_document=True,
            )
        return int(document["attempts"]) if document else 1


def _key(kind: str, value: str, now: datetime) -> str:
    window = int(now.timestamp() // WINDOW.total_seconds())
    digest = hashlib.sha256(value.encode()).hexdigest()[:32]
    return f"{kind}|{digest}|{window}"
