"""Where it is kept that a consumer is parked: MongoDB, so that no restart lifts it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from shared.clock import utc_now
from shared.mongo import Database, transient_mongo

COLLECTION = "parked"


@dataclass(frozen=True, slots=True)
class MongoParking:
    """The parked state of one consumer: `parked/<consumer>` in its service's database."""

    database: Database
    consumer: str
    now: Callable[[], datetime] = utc_now

    async def park(self, reason: str) -> None:
        """Remember why the consumer stopped."""
        with transient_mongo():
            await self.database[COLLECTION].update_one(
                {"_id": self.consumer},
                {"$set": {"reason": reason, "parked_at": self.now()}},
                upsert=True,
            )

    async def reason(self) -> str | None:
        """Return why the consumer is parked, or None."""
        with transient_mongo():
            found = await self.database[COLLECTION].find_one({"_id": self.consumer})
        return None if found is None else str(found["reason"])

    async def lift(self) -> bool:
        """Let the consumer go on; return whether it was parked."""
        with transient_mongo():
            result = await self.database[COLLECTION].delete_one({"_id": self.consumer})
        return bool(result.deleted_count)
