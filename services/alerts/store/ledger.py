"""The ledger: `notifications/<signal_id>|<channel>|<revision>`, entered before an alert is sent."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import Enum, auto

from shared.mongo import Database, DuplicateKeyError, transient_mongo


class Claim(Enum):
    """Whose it is to send."""

    OURS = auto()
    THEIRS = auto()
    SENT = auto()


@dataclass(frozen=True, slots=True)
class Lease:
    """Who wants to send, now, and until when nobody else should."""

    holder: str
    now: datetime
    until: datetime


class Ledger:
    """What has been sent, and who is sending."""

    def __init__(self, database: Database) -> None:
        self._notifications = database["notifications"]

    async def claim(self, name: str, lease: Lease, *, tell: bool) -> Claim:
        """Enter a notification, or take over one whose sender is ourselves or has gone silent.

        An entry without the note that it was sent is one whose sender stopped in between: on a
        topic it is sent again, as the same event.
        """
        held = {"holder": lease.holder, "until": lease.until}
        with transient_mongo():
            try:
                await self._notifications.insert_one(
                    {"_id": name, "tell": tell, "sent": False} | held
                )
            except DuplicateKeyError:
                free = [{"holder": lease.holder}, {"until": {"$lte": lease.now}}]
                guard = {"_id": name, "sent": False, "$or": free}
                taken = await self._notifications.update_one(guard, {"$set": held})
                return Claim.OURS if taken.matched_count else await self._of_others(name)
        return Claim.OURS

    async def sent(self, name: str) -> None:
        """Note that a notification was confirmed."""
        with transient_mongo():
            await self._notifications.update_one({"_id": name}, {"$set": {"sent": True}})

    async def _of_others(self, name: str) -> Claim:
        known = await self._notifications.find_one({"_id": name})
        return Claim.SENT if known and known["sent"] else Claim.THEIRS
