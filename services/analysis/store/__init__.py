"""What the analysis remembers: who first had a text, and when an item was first analysed.

`copies/<cluster>` holds the first item seen with a text and, decided once and for all
when it was first seen, the text that it nearly repeats. `items/<item_id>` holds the
clusters and first times of analysis of an item, so that a repeated publication carries
the same time, and a removal finds what to forget; of what was removed a mark stays.
Everything is by `_id`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from services.analysis.near_copies import Near
from services.analysis.store.index import CopyIndex
from shared.mongo import Database, Document, UpdateOne, transient_mongo


@dataclass(frozen=True, slots=True)
class Seen:
    """One revision of an item that is being analysed."""

    item_id: str
    sequence: int
    cluster: str
    signed: bytes | None = None  # of a text long enough to be nearly copied


@dataclass(frozen=True, slots=True)
class Known:
    """What is known after remembering: first items by cluster, first times, what was removed.

    `near` has, for a text that nearly repeats another, that other one's cluster.
    """

    first_items: Mapping[str, str]
    near: Mapping[str, Near]
    times: Mapping[tuple[str, int], datetime]
    removed: frozenset[str]
    unsigned: frozenset[str]  # the items whose author was removed


class Store:
    """The analysis service's own database."""

    def __init__(self, database: Database) -> None:
        self._copies = database["copies"]
        self._items = database["items"]
        self._index = CopyIndex(database)

    async def removed(self, item_ids: Iterable[str]) -> frozenset[str]:
        """Return those of *item_ids* whose text was removed on request."""
        with transient_mongo():
            found = self._items.find({"_id": {"$in": list(item_ids)}}, {"removed": 1})
            return frozenset([one["_id"] async for one in found if one.get("removed")])

    async def remember(self, batch: Sequence[Seen], now: datetime) -> Known:
        """Record a batch and return what was known first; doing it again changes nothing."""
        with transient_mongo():
            await self._items.bulk_write([_item(seen, now) for seen in batch], ordered=False)
            near = await self._index.place(await self._new_texts(batch), now)
            await self._copies.bulk_write(
                [_copy(seen, near.get(seen.cluster), now) for seen in batch], ordered=False
            )
            return await self._known(batch)

    async def _new_texts(self, batch: Sequence[Seen]) -> dict[str, bytes]:
        """Return the signatures of texts that no item had before, in the order of the batch."""
        found = self._copies.find({"_id": {"$in": sorted({seen.cluster for seen in batch})}})
        known = {document["_id"] async for document in found}
        return {
            seen.cluster: seen.signed
            for seen in batch
            if seen.signed is not None and seen.cluster not in known
        }

    async def _known(self, batch: Sequence[Seen]) -> Known:
        items = self._items.find({"_id": {"$in": sorted({seen.item_id for seen in batch})}})
        documents = [document async for document in items]
        copies = await self._copied({seen.cluster for seen in batch})
        near = {
            cluster: Near(copy["near"], copy["similarity"])
            for cluster, copy in copies.items()
            if copy.get("near")
        }
        copies |= await self._copied({one.cluster for one in near.values()} - copies.keys())
        return Known(
            {cluster: copy["item_id"] for cluster, copy in copies.items()},
            near,
            {
                (document["_id"], int(sequence)): at
                for document in documents
                for sequence, at in document.get("analysed", {}).items()
            },
            frozenset(one["_id"] for one in documents if one.get("removed")),
            frozenset(one["_id"] for one in documents if one.get("unsigned")),
        )

    async def _copied(self, clusters: Iterable[str]) -> dict[str, Document]:
        found = self._copies.find({"_id": {"$in": sorted(clusters)}})
        return {document["_id"]: document async for document in found}

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
                first = await self._copies.find_one({"_id": cluster})
                if first and first["item_id"] == item_id:
                    await self._index.forget([cluster], first["at"])
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


def _copy(seen: Seen, near: Near | None, now: datetime) -> UpdateOne:
    first = {"item_id": seen.item_id, "at": now}
    if near:
        first |= {"near": near.cluster, "similarity": near.similarity}
    return UpdateOne({"_id": seen.cluster}, {"$setOnInsert": first}, upsert=True)
