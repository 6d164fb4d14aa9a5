"""What left, and who is to be told of it.

- `released/<signal_id>|<revision>`: every revision that left, with whether its files are written.
- `tellings/<signal_id>|<subscription_id>|<revision>`: who is told, entered before anybody is.

A telling goes from waiting through sending to sent, refused or unsure. One that is still sending
when its sender's time is over was interrupted: see `interrupted`.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from services.alerts.outward.subscribing import Telling
from services.alerts.store import writing
from shared.events import AlertReleased, SubscriptionChanged
from shared.mongo import Database, UpdateOne, transient_mongo

WAITING, SENDING = "waiting", "sending"


@dataclass(frozen=True, slots=True)
class Due:
    """A telling whose time has come, with how often it was tried."""

    telling: Telling
    attempts: int


class Deliveries:
    """Releases and tellings."""

    def __init__(self, database: Database) -> None:
        self._released = database["released"]
        self._tellings = database["tellings"]

    async def release(self, alert: AlertReleased, *, tell: bool) -> None:
        """Keep a revision that left; again changes nothing."""
        document = {
            "signal_id": alert.signal_id,
            "alert": alert.model_dump_json(),
            "planned": not tell,
            "written": False,
        }
        name = {"_id": f"{alert.signal_id}|{alert.revision:09}"}
        await writing.write(
            self._released, [UpdateOne(name, {"$setOnInsert": document}, upsert=True)]
        )

    async def released(self, query: dict[str, Any]) -> dict[str, AlertReleased]:
        """Return revisions that left, by name, the oldest first."""
        with transient_mongo():
            found = await self._released.find(query).sort("_id", 1).to_list(length=None)
        return {one["_id"]: AlertReleased.model_validate_json(one["alert"]) for one in found}

    async def done(self, name: str, step: str) -> None:
        """Note that a revision was planned or written."""
        with transient_mongo():
            await self._released.update_one({"_id": name}, {"$set": {step: True}})

    async def reached(self, signal_id: str) -> frozenset[str]:
        """Return the subscriptions that were told of a signal, or are about to be."""
        with transient_mongo():
            found = await self._tellings.find({"signal_id": signal_id}).to_list(length=None)
        return frozenset(one["subscription_id"] for one in found)

    async def plan(self, tellings: Iterable[Telling]) -> None:
        """Enter tellings; one that is there stays as it is, sent or not."""
        updates = [
            UpdateOne({"_id": one.name}, {"$setOnInsert": _document(one)}, upsert=True)
            for one in tellings
        ]
        await writing.write(self._tellings, updates)

    async def due(self, now: datetime) -> list[Due]:
        """Return what waits and whose time has come; few do, so they are scanned for."""
        query = {"state": WAITING, "due_at": {"$lte": _text(now)}}
        with transient_mongo():
            found = await self._tellings.find(query).sort("_id", 1).to_list(length=None)
        return [_due(one) for one in found]

    async def claim(self, name: str, until: datetime) -> bool:
        """Begin to tell; False where another worker has begun."""
        change = {"$set": {"state": SENDING, "until": _text(until)}, "$inc": {"attempts": 1}}
        with transient_mongo():
            taken = await self._tellings.update_one({"_id": name, "state": WAITING}, change)
        return taken.modified_count == 1

    async def settle(self, name: str, state: str, at: datetime) -> None:
        """Note what became of a telling; one that waits again does so until `at`."""
        change = {"$set": {"state": state, "due_at": _text(at)}}
        with transient_mongo():
            await self._tellings.update_one({"_id": name, "state": SENDING}, change)

    async def interrupted(self, now: datetime) -> list[Due]:
        """Return tellings whose sender stopped in the middle."""
        query = {"state": SENDING, "until": {"$lte": _text(now)}}
        with transient_mongo():
            found = await self._tellings.find(query).to_list(length=None)
        return [_due(one) for one in found]

    async def states(self) -> dict[str, str]:
        """Return the state of every telling."""
        with transient_mongo():
            found = await self._tellings.find({}).to_list(length=None)
        return {one["_id"]: one["state"] for one in found}


def _document(one: Telling) -> dict[str, Any]:
    return {
        "signal_id": one.alert.signal_id,
        "subscription_id": one.subscription.subscription_id,
        "subscription": one.subscription.model_dump_json(),
        "alert": one.alert.model_dump_json(),
        "due_at": _text(one.due_at),
        "state": WAITING,
        "attempts": 0,
    }


def _due(document: dict[str, Any]) -> Due:
    telling = Telling(
        SubscriptionChanged.model_validate_json(document["subscription"]),
        AlertReleased.model_validate_json(document["alert"]),
        datetime.fromisoformat(document["due_at"]),
    )
    return Due(telling, document["attempts"])


def _text(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="microseconds")
