"""Carries out removals in ingest's own store: the text goes, what remains says that it did.

A removed item is never read again: its place is kept with the scope of the removal, also
where the removal comes before the item. The evidence files cannot be rewritten; their
captures are marked restricted, and what shows captures to people must ask.
"""

from __future__ import annotations

from dataclasses import dataclass

from shared.events import Author, ItemRemoved, MediaItemIngested, RemovalScope, decode, encode
from shared.mongo import Database, Document, DuplicateKeyError, UpdateOne, transient_mongo

ATTEMPTS = 20


@dataclass(frozen=True, slots=True)
class Removals:
    """Applies removals to `items` and `restricted_captures`."""

    database: Database

    async def apply(self, removal: ItemRemoved) -> None:
        """Scrub the item; again and again gives the same state."""
        items = self.database["items"]
        for _ in range(ATTEMPTS):
            with transient_mongo():
                before = await items.find_one({"_id": removal.item_id})
            scope = widest(before, removal.scope)
            expected = before["revision"] if before else 0
            changes: Document = {"revision": expected, "removed": scope}
            event = _event(before)
            if event is not None:
                await self._restrict(event, removal)
                changes |= scrubbed(event, scope)
            if await self._write(removal.item_id, expected, changes):
                return
        raise RuntimeError(f"item {removal.item_id} changes faster than it can be removed")

    async def _write(self, item_id: str, revision: int, changes: Document) -> bool:
        """Write unless the item got another revision meanwhile."""
        try:
            with transient_mongo():
                await self.database["items"].update_one(
                    {"_id": item_id, "revision": revision}, {"$set": changes}, upsert=True
                )
        except DuplicateKeyError:
            return False
        return True

    async def _restrict(self, event: MediaItemIngested, removal: ItemRemoved) -> None:
        updates = [
            UpdateOne(
                {"_id": capture.capture_id},
                {"$set": {"item_id": removal.item_id, "restricted_at": removal.recorded_at}},
                upsert=True,
            )
            for capture in event.captures
        ]
        if updates:
            with transient_mongo():
                await self.database["restricted_captures"].bulk_write(updates, ordered=False)


def widest(before: Document | None, scope: RemovalScope) -> str:
    """Return the wider of what was removed before and *scope*."""
    order = [str(one) for one in (RemovalScope.AUTHOR, RemovalScope.TEXT, RemovalScope.ALL)]
    asked = str(scope) if str(scope) in order else str(RemovalScope.ALL)
    earlier = (before or {}).get("removed")
    return max(asked, earlier or asked, key=order.index)


def scrubbed(event: MediaItemIngested, scope: str) -> Document:
    """Return the fields of the item's document without what *scope* removes."""
    if scope == RemovalScope.AUTHOR:
        return {"event": encode(event.model_copy(update={"author": Author()}))}
    return {"event": None, "full_text": None}


def _event(document: Document | None) -> MediaItemIngested | None:
    data = (document or {}).get("event")
    return None if data is None else decode(MediaItemIngested, data)
