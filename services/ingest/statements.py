"""What was last said of each outlet, and whether the broker has it: `outlets/<outlet_id>`.

A statement replaces the one before it by comparison, so of two processes that notice the
same change one says it. It is marked as said after the broker has confirmed it, so a kill
repeats it, unchanged: same id, same time.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from shared.events import MediaOutletHealthChanged, decode, encode
from shared.mongo import Database, Document, DuplicateKeyError, transient_mongo
from shared.publish import Outgoing, Publisher


@dataclass(frozen=True, slots=True)
class Said:
    """The newest statement about an outlet; `digest` names what the registry said then."""

    event: MediaOutletHealthChanged
    digest: str
    recorded_at: datetime
    is_announced: bool


@dataclass(frozen=True, slots=True)
class Statements:
    """The statements of one installation."""

    database: Database
    publisher: Publisher

    async def said(self, outlet_ids: Iterable[str]) -> dict[str, Said]:
        """Return the newest statement of each of these outlets that has one."""
        with transient_mongo():
            found = self.database["outlets"].find({"_id": {"$in": list(outlet_ids)}})
            return {document["_id"]: _said(document) async for document in found}

    async def replace(self, new: Said, before: Said | None) -> bool:
        """Store *new* in the place of *before*; False where another process was first."""
        document = {
            "digest": new.digest,
            "statement": encode(new.event),
            "recorded_at": new.recorded_at,
        }
        expected = before.recorded_at if before else None
        try:
            with transient_mongo():
                await self.database["outlets"].update_one(
                    {"_id": new.event.subject, "recorded_at": expected},
                    {"$set": document},
                    upsert=True,
                )
        except DuplicateKeyError:
            return False
        return True

    async def announce(self, statements: Sequence[Said]) -> None:
        """Publish those that are not known to be published; TransientError leaves them so."""
        unsaid = [one for one in statements if not one.is_announced]
        await self.publisher.publish([Outgoing(one.event, one.recorded_at) for one in unsaid])
        for one in unsaid:
            with transient_mongo():
                await self.database["outlets"].update_one(
                    {"_id": one.event.subject}, {"$set": {"announced": one.event.sequence}}
                )


def _said(document: Document) -> Said:
    event = decode(MediaOutletHealthChanged, document["statement"])
    return Said(
        event=event,
        digest=document["digest"],
        recorded_at=document["recorded_at"],
        is_announced=document.get("announced") == event.sequence,
    )
