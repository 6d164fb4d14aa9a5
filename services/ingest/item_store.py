"""What ingest keeps of items in MongoDB: `items/<item_id>`, read and written by `_id`.

An item's document has the newest event as the bytes that were published, so that a
publication can be repeated exactly.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from services.ingest.bulk import write_all
from services.ingest.items import Draft, Stored
from shared.events import Capture, MediaItemIngested, decode
from shared.mongo import Database, Document, UpdateOne, transient_mongo


@dataclass(frozen=True, slots=True)
class Revision:
    """A revision of an item to be stored: its event as bytes, and its removal scope so far."""

    draft: Draft
    number: int
    data: bytes
    removed: str | None


@dataclass(frozen=True, slots=True)
class Publication:
    """An event as the store has it, and when its fact was recorded."""

    event: MediaItemIngested
    recorded_at: datetime


@dataclass(frozen=True, slots=True)
class ItemStore:
    """The items of one installation."""

    database: Database

    async def stored(self, item_ids: Iterable[str]) -> dict[str, Stored]:
        """Return what is stored of these items, without their events."""
        wanted = {"outlet_id": 1, "revision": 1, "text_sha256": 1, "removed": 1}
        with transient_mongo():
            found = self.database["items"].find({"_id": {"$in": list(item_ids)}}, wanted)
            return {
                document["_id"]: Stored(
                    item_id=document["_id"],
                    outlet_id=document.get("outlet_id"),
                    revision=document["revision"],
                    text_sha256=document.get("text_sha256"),
                    removed=document.get("removed"),
                )
                async for document in found
            }

    async def put(self, revisions: Sequence[Revision], recorded_at: datetime) -> set[str]:
        """Store new revisions, each only after the one before it; return the ids that lost.

        An id loses when the item has changed since it was read (another writer, a
        removal): the filter then finds nothing, and the insert that upserting tries meets
        the existing `_id`.
        """
        updates = [
            UpdateOne(
                {"_id": one.draft.item_id, "revision": one.number - 1, "removed": one.removed},
                {"$set": _item(one, recorded_at), "$addToSet": {"captures": _capture_id(one)}},
                upsert=True,
            )
            for one in revisions
        ]
        lost = await write_all(self.database["items"], updates)
        return {revisions[index].draft.item_id for index in lost}

    async def publications(self, item_ids: Iterable[str]) -> dict[str, Publication]:
        """Return the newest events of these items; removed ones have none."""
        wanted = {"event": 1, "recorded_at": 1}
        with transient_mongo():
            found = self.database["items"].find({"_id": {"$in": list(item_ids)}}, wanted)
            return {
                document["_id"]: Publication(
                    decode(MediaItemIngested, document["event"]), document["recorded_at"]
                )
                async for document in found
                if document.get("event") is not None
            }


def _capture_id(revision: Revision) -> str:
    """Return the capture of this wording; a removal has to find those of all wordings."""
    capture: Capture = revision.draft.fields["captures"][0]
    return capture.capture_id


def _item(revision: Revision, recorded_at: datetime) -> Document:
    return {
        "revision": revision.number,
        "outlet_id": revision.draft.outlet_id,
        "text_sha256": revision.draft.text_sha256,
        "full_text": revision.draft.full_text,
        "event": revision.data,
        "recorded_at": recorded_at,
    }
