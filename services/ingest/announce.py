"""Mirrors the registry in MongoDB and tells the others about outlets that are new or edited.

`outlets/<outlet_id>` holds the outlet and the statement made about it. The statement is
marked as made only after the broker has confirmed it, so a kill repeats it, unchanged.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256

from services.ingest.clock import milliseconds
from services.ingest.registry import RegisteredOutlet
from shared.events import Health, MediaOutletHealthChanged, decode, encode
from shared.mongo import Database, Document, UpdateOne, transient_mongo
from shared.publish import Outgoing, Publisher


@dataclass(frozen=True, slots=True)
class Announcer:
    """Announces what the registry says of outlets."""

    database: Database
    publisher: Publisher
    now: Callable[[], datetime]

    async def announce(self, outlets: Sequence[RegisteredOutlet]) -> None:
        """Store and publish new and edited outlets; TransientError leaves it repeatable."""
        with transient_mongo():
            found = self.database["outlets"].find(
                {"_id": {"$in": [one.outlet_id for one in outlets]}}
            )
            known = {document["_id"]: document async for document in found}
        now = milliseconds(self.now())
        documents = [self._document(outlet, known.get(outlet.outlet_id), now) for outlet in outlets]
        await self._write(documents)
        unsaid = [one for one in documents if one["announced"] != one["digest"]]
        await self.publisher.publish(
            [
                Outgoing(decode(MediaOutletHealthChanged, one["statement"]), one["recorded_at"])
                for one in unsaid
            ]
        )
        await self._write([{**one, "announced": one["digest"]} for one in unsaid])

    def _document(
        self, outlet: RegisteredOutlet, before: Document | None, now: datetime
    ) -> Document:
        """Return the outlet's document, with a new statement where the outlet was edited."""
        digest = outlet_digest(outlet, now)
        if before is not None and before["digest"] == digest:
            return before
        last = decode(MediaOutletHealthChanged, before["statement"]) if before else None
        return {
            "_id": outlet.outlet_id,
            "outlet": outlet.model_dump(mode="json"),
            "digest": digest,
            "announced": before["announced"] if before else None,
            "statement": encode(statement(outlet, last, now)),
            "recorded_at": now,
        }

    async def _write(self, documents: Sequence[Document]) -> None:
        updates = [
            UpdateOne(
                {"_id": one["_id"]},
                {"$set": {name: value for name, value in one.items() if name != "_id"}},
                upsert=True,
            )
            for one in documents
        ]
        if updates:
            with transient_mongo():
                await self.database["outlets"].bulk_write(updates, ordered=False)


def statement(
    outlet: RegisteredOutlet, last: MediaOutletHealthChanged | None, now: datetime
) -> MediaOutletHealthChanged:
    """Return what is to be said of *outlet*: its health is unknown until it was observed."""
    state = outlet.state_as_of(now.astimezone(UTC).date())
    if last is not None:
        return last.model_copy(
            update={"outlet": state, "period_to_at": now, "reason": "The outlet was edited."}
        )
    return MediaOutletHealthChanged(
        outlet=state,
        health=Health.UNKNOWN,
        since_at=now,
        expected_items=0.0,
        observed_items=0,
        period_from_at=now,
        period_to_at=now,
        reason="The outlet was registered.",
    )


def outlet_digest(outlet: RegisteredOutlet, now: datetime) -> str:
    """Return a name for what an event says of *outlet* today: ownership changes with days."""
    state = outlet.state_as_of(now.astimezone(UTC).date())
    return sha256((outlet.model_dump_json() + state.model_dump_json()).encode()).hexdigest()[:32]
