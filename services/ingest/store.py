"""What ingest keeps of pages and items in MongoDB; every hot path reads and writes by `_id`.

frontier/<entry_id>  pages discovered and not yet brought to an outcome: the work list
entries/<entry_id>   what became of every other page
items/<item_id>      the newest event of an item, as the bytes that were published
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, fields
from datetime import datetime

from services.ingest.items import Draft, Stored
from services.ingest.outcomes import Outcome
from services.ingest.targets import Known, Target
from shared.events import Collection, MediaItemIngested, decode
from shared.mongo import BulkWriteError, Database, Document, UpdateOne, transient_mongo

DUPLICATE_KEY = 11_000
TARGET_FIELDS = tuple(field.name for field in fields(Target))


@dataclass(frozen=True, slots=True)
class KnownEntry:
    """A page that was read before: what its feed said of it then, and what is known."""

    digest: str
    known: Known


@dataclass(frozen=True, slots=True)
class Done:
    """A page with its final outcome, as `entries` keeps it."""

    target: Target
    outcome: Outcome
    reason: str
    known: Known
    done_at: datetime
    capture_id: str | None = None


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
class Store:
    """The pages and items of one installation."""

    database: Database

    async def prepare(self) -> None:
        """Ask for the index that finding a source's pages uses after a crash."""
        with transient_mongo():
            await self.database["frontier"].create_index("source_id")

    async def known_entries(self, entry_ids: Sequence[str]) -> dict[str, KnownEntry]:
        """Return those of the pages that have an outcome."""
        wanted = {"digest": 1, "known": 1}
        with transient_mongo():
            found = self.database["entries"].find({"_id": {"$in": list(entry_ids)}}, wanted)
            return {
                document["_id"]: KnownEntry(document["digest"], Known(**document["known"]))
                async for document in found
            }

    async def discover(self, targets: Sequence[Target]) -> None:
        """Put *targets* on the work list; those already on it stay as they are."""
        await self._bulk(
            "frontier",
            [
                UpdateOne({"_id": one.entry_id}, {"$setOnInsert": _document(one)}, upsert=True)
                for one in targets
            ],
        )

    async def waiting(self, source_id: str) -> list[Target]:
        """Return the work list of one source, which a crash or another process left."""
        with transient_mongo():
            found = self.database["frontier"].find({"source_id": source_id})
            return [_target(document) async for document in found]

    async def delay(self, retried: Sequence[tuple[Target, str]]) -> None:
        """Remember attempts in vain with their reasons, and when to try again."""
        await self._bulk(
            "frontier",
            [
                UpdateOne(
                    {"_id": one.entry_id},
                    {"$set": {"attempts": one.attempts, "next_at": one.next_at, "reason": reason}},
                )
                for one, reason in retried
            ],
        )

    async def finish(self, done: Sequence[Done]) -> None:
        """Record the outcomes, then take the pages off the work list."""
        await self._bulk(
            "entries",
            [
                UpdateOne({"_id": one.target.entry_id}, {"$set": _outcome(one)}, upsert=True)
                for one in done
            ],
        )
        with transient_mongo():
            ids = [one.target.entry_id for one in done]
            await self.database["frontier"].delete_many({"_id": {"$in": ids}})

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
                {"$set": _item(one, recorded_at)},
                upsert=True,
            )
            for one in revisions
        ]
        lost = await self._bulk("items", updates)
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

    async def _bulk(self, collection: str, updates: list[UpdateOne]) -> list[int]:
        """Write *updates* and return the indices of those that met an existing `_id`."""
        if not updates:
            return []
        try:
            with transient_mongo():
                await self.database[collection].bulk_write(updates, ordered=False)
        except BulkWriteError as error:
            failures = (error.details or {}).get("writeErrors", [])
            if not failures or any(one["code"] != DUPLICATE_KEY for one in failures):
                raise
            return [int(one["index"]) for one in failures]
        return []


def _document(target: Target) -> Document:
    fields = {name: getattr(target, name) for name in TARGET_FIELDS if name != "entry_id"}
    return {**fields, "collection": str(target.collection), "known": asdict(target.known)}


def _target(document: Document) -> Target:
    fields = {name: document[name] for name in TARGET_FIELDS if name != "entry_id"}
    fields["collection"] = Collection(document["collection"])
    fields["known"] = Known(**document["known"])
    return Target(entry_id=document["_id"], **fields)


def _outcome(done: Done) -> Document:
    target = done.target
    return {
        "source_id": target.source_id,
        "outlet_id": target.outlet_id,
        "url": target.url,
        "digest": target.digest,
        "outcome": str(done.outcome),
        "reason": done.reason,
        "known": asdict(done.known),
        "capture_id": done.capture_id,
        "done_at": done.done_at,
    }


def _item(revision: Revision, recorded_at: datetime) -> Document:
    return {
        "revision": revision.number,
        "outlet_id": revision.draft.outlet_id,
        "text_sha256": revision.draft.text_sha256,
        "full_text": revision.draft.full_text,
        "event": revision.data,
        "recorded_at": recorded_at,
    }
