"""What the analysis remembers: who first had a text, and when an item was first analysed.

`copies/<cluster>` holds the first item seen with a text. `items/<item_id>` holds the
clusters and first times of analysis of an item, so that a repeated publication carries
the same time, and a removal finds what to forget; of what was removed a mark stays.
Everything is by `_id`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from shared.mongo import Database, UpdateOne, transient_mongo


@dataclass(frozen=True, slots=True)
class Seen:
    """One revision of an item that is being analysed."""

    item_id: str
    sequence: int
    cluster: str


@dataclass(frozen=True, slots=True)
class Known:
    """What is known after remembering: first items by cluster, first times, what was removed."""

    first_items: Mapping[str, str]
    times: Mapping[tuple[str, int], datetime]
    removed: frozenset[str]
    unsigned: frozenset[str]  # the items whose author was removed


class Store:
    """The analysis service's own database."""

    def __init__(self, database: Database) -> None:
        self._copies = database["copies"]
        self._items = database["items"]

    async def removed(self, item_ids: Iterable[str]) -> frozenset[str]:
        """Return those of *item_ids* whose text was removed on request."""
        with transient_mongo():
            found = self._items.find({"_id": {"$in": list(item_ids)}}, {"removed": 1})
            return frozenset([one["_id"] async for one in found if one.get("removed")])

    async def remember(self, batch: Sequence[Seen], now: datetime) -> Known:
        """Record a batch and return what was known first; doing it again changes nothing."""
        with transient_mongo():
            await self._items.bulk_write([_item(seen, now) for seen in batch], ordered=False)
            await self._copies.bulk_write([_copy(seen) for seen in batch], ordered=False)
            return await self._known(batch)

    async def _known(self, batch: Sequence[Seen]) -> Known:
        items = self._items.find({"_id": {"$in": sorted({seen.item_id for seen in batch})}})
        copies = self._copies.find({"_id": {"$in": sorted({seen.cluster for seen in batch})}})
        documents = [document async for document in items]
        return Known(
            {document["_id"]: document["item_id"] async for document in copies},
            {
                (document["_id"], int(sequence)): at
                for document in documents
                for sequence, at in document.get("analysed", {}).items()
            },
            frozenset(one["_id"] for one in documents if one.get("removed")),
            frozenset(one["_id"] for one in documents if one.get("unsigned")),
        )

    async def forget_author(self, item_id: str) -> None:
        """Remember that an item is to be published without its author from now on."""
        with transient_mongo():
            change = {"$set": {"unsigned": True}}
            await self._items.update_one({"_id": item_id}, change, upsert=True)

    async def forget(self, item_id: str) -> None:
        """Forget a removed item's text; only that it was removed is kept.

        The mark comes first: an analysis that runs meanwhile sees it after remembering.
        """
        with transient_mongo():
            await self._items.update_one({"_id": item_id}, {"$set": {"removed": True}}, upsert=True)
            document = await self._items.find_one({"_id": item_id}) or {}
            for cluster in document.get("clusters", []):
                await self._copies.delete_one({"_id": cluster, "item_id": item_id})
            await self._items.update_one(
                {"_id": item_id}, {"$unset": {"clusters": "", "analysed": ""}}
            )


def _item(seen: Seen, now: datetime) -> UpdateOne:
    return UpdateOne(
        {"_id": seen.item_id},
        {"$min": {f"analysed.{seen.sequence}": now}, "$addToSet": {"clusters": seen.cluster}},
        upsert=True,
    )


def _copy(seen: Seen) -> UpdateOne:
    return UpdateOne(
        {"_id": seen.cluster}, {"$setOnInsert": {"item_id": seen.item_id}}, upsert=True
    )
