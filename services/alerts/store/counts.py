"""What was said, counted as sets of items; never as numbers that a repetition would change.

- `items/<item_id>`: the newest analysis, every set the item was ever in, its detail, removals.
- `outlet_hours/<outlet_id>|<hour>`: what an outlet published, by event time.
- `series_days/<country>|<group>|<day>`: what matched about a group.
- `exposure_days/<country>|<day>`: how much of which outlets was read; recomputed from hours
  where an item moves away.

An item is claimed first and counted then. So a writer that was overtaken, or that slept in the
middle, finds its place taken by an entry with a higher sequence and changes nothing.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Sequence
from datetime import date

from services.alerts.details import Detail
from services.alerts.placement import Placement
from services.alerts.series import Sighting
from services.alerts.store import writing
from services.alerts.store.documents import (
    detail_document,
    detail_of_document,
    reader_text,
    sighting_entry,
    sightings_in,
)
from services.alerts.store.exposure import Exposure
from services.alerts.store.writing import Put
from shared.errors import TransientError
from shared.events import RemovalScope
from shared.mongo import Database, Document, UpdateOne, transient_mongo

REMOVED_SEQUENCE = 2**62  # above every analysis: what was removed never comes back


class Counts:
    """The sets of items."""

    def __init__(self, database: Database, today: Callable[[], date]) -> None:
        self._items = database["items"]
        self._hours = database["outlet_hours"]
        self._series = database["series_days"]
        self._exposure = Exposure(database)
        self._today = today

    async def place(self, placements: Sequence[Placement]) -> set[str]:
        """Count the items where they belong now; return the series in which anything may differ.

        At most one placement an item. Raises TransientError where another writer came between.
        """
        claims = [_claim(one, self._today()) for one in placements]
        await writing.write_if_newer(self._items, claims)
        known = await writing.find_by_id(self._items, (one.item_id for one in placements))
        current = [one for one in placements if _counts(one, known[one.item_id])]
        await asyncio.gather(self._put_hours(current, known), self._put_series(current, known))
        await self._put_details(current, known)
        await self._exposure.note(one for one in current if one.readable)
        await self._exposure.recompute(_exposures_left(current, known))
        return {key for document in known.values() for key in document.get("series", [])}

    async def remove(self, item_id: str, scope: RemovalScope) -> set[str]:
        """Take an item, or its words, out of every set; return the series that it was in."""
        whole = scope in (RemovalScope.ALL, RemovalScope.UNKNOWN)
        mark = {"removed": str(RemovalScope.ALL if whole else scope)}
        update = UpdateOne({"_id": item_id}, {"$addToSet": mark}, upsert=True)
        await writing.write(self._items, [update])
        document = (await writing.find_by_id(self._items, [item_id]))[item_id]
        if whole:
            await self._take_out(item_id, document)
        elif scope is RemovalScope.TEXT and document.get("detail"):
            blank = detail_of_document(document["detail"]).without_words()
            sequence = document["analysis_sequence"]
            await self._write_details([_detail(item_id, sequence, blank, document["removed"])])
        return set(document.get("series", []))

    async def sightings(self, keys: Iterable[str]) -> dict[str, tuple[Sighting, ...]]:
        """Return the items of each series; a series without a document has none."""
        found = await writing.find_by_id(self._series, keys)
        return {key: sightings_in(document) for key, document in found.items()}

    async def details(self, item_ids: Iterable[str]) -> dict[str, Detail]:
        """Return what evidence shows of items."""
        found = await writing.find_by_id(self._items, item_ids)
        return {
            item_id: detail_of_document(document["detail"])
            for item_id, document in found.items()
            if document.get("detail")
        }

    async def series_since(self, day: date) -> list[str]:
        """Return the series of a day and later: a scan, for when a rule changes."""
        with transient_mongo():
            found = await self._series.find({}, {"_id": 1}).to_list(length=None)
        keys = (document["_id"] for document in found)
        return [key for key in keys if key.rsplit("|", 1)[1] >= day.isoformat()]

    async def _put_hours(self, current: Sequence[Placement], known: dict[str, Document]) -> None:
        puts = []
        for one in current:
            entry = {
                "content_cluster_id": one.cluster_id,
                "matches": sorted({p.match_id for s in one.series.values() for p in s.passages}),
                "readable": one.readable,
                "reader": reader_text(one.reader),
            }
            puts.append(Put(one.hour, one.item_id, one.sequence, entry))
            left = set(known[one.item_id].get("hours", [])) - {one.hour}
            puts += _left(left, one.item_id, one.sequence)
        await writing.put(self._hours, puts, self._today())

    async def _put_series(self, current: Sequence[Placement], known: dict[str, Document]) -> None:
        puts = []
        for one in current:
            for key, sighting in one.series.items():
                puts.append(Put(key, one.item_id, one.sequence, sighting_entry(sighting)))
            left = set(known[one.item_id].get("series", [])) - set(one.series)
            puts += _left(left, one.item_id, one.sequence)
        await writing.put(self._series, puts, self._today())

    async def _put_details(self, current: Sequence[Placement], known: dict[str, Document]) -> None:
        updates = []
        for one in current:
            removed = known[one.item_id].get("removed", [])
            detail = one.detail
            if detail and str(RemovalScope.TEXT) in removed:
                detail = detail.without_words()
            if detail or known[one.item_id].get("detail"):
                updates.append(_detail(one.item_id, one.sequence, detail, removed))
        await self._write_details(updates)

    async def _write_details(self, updates: Sequence[UpdateOne]) -> None:
        """Write details; TransientError where a newer analysis or a removal came between."""
        if not updates:
            return
        async with writing.racing():
            result = await self._items.bulk_write(list(updates), ordered=False)
        if result.matched_count < len(updates):
            raise TransientError("an item changed while it was being counted")

    async def _take_out(self, item_id: str, document: Document) -> None:
        with transient_mongo():
            await self._items.update_one({"_id": item_id}, {"$unset": {"detail": ""}})
        left = (self._hours, document.get("hours", [])), (self._series, document.get("series", []))
        for collection, keys in left:
            await writing.put(collection, _left(keys, item_id, REMOVED_SEQUENCE), self._today())
        await self._exposure.recompute(set(document.get("exposures", [])))


def _claim(one: Placement, today: date) -> UpdateOne:
    guard = {"_id": one.item_id, "analysis_sequence": {"$not": {"$gt": one.sequence}}}
    update = {
        "$set": {"analysis_sequence": one.sequence, "written_on": today.isoformat()},
        "$addToSet": {
            "hours": one.hour,
            "exposures": one.exposure,
            "series": {"$each": sorted(one.series)},
        },
    }
    return UpdateOne(guard, update, upsert=True)


def _counts(one: Placement, document: Document) -> bool:
    """Whether this analysis is the one that counts; a lost race for a new item is tried again."""
    sequence: int = document.get("analysis_sequence", 0)
    if sequence < one.sequence:
        raise TransientError(f"item {one.item_id} was new to two writers at once")
    return sequence == one.sequence and str(RemovalScope.ALL) not in document.get("removed", [])


def _left(keys: Iterable[str], item_id: str, sequence: int) -> list[Put]:
    """Return, for each set, an entry without content."""
    return [Put(key, item_id, sequence) for key in sorted(keys)]


def _detail(item_id: str, sequence: int, detail: Detail | None, removed: list[str]) -> UpdateOne:
    """Set the detail of the analysis that was claimed, if no further removal came between."""
    guard: Document = {"_id": item_id, "analysis_sequence": sequence}
    guard["removed"] = removed or {"$exists": False}
    return UpdateOne(guard, {"$set": {"detail": detail_document(detail) if detail else None}})


def _exposures_left(current: Sequence[Placement], known: dict[str, Document]) -> set[str]:
    """Return the days of outlets at which an item once counted as read, and no longer does."""
    return {
        exposure
        for one in current
        for exposure in known[one.item_id].get("exposures", [])
        if exposure != one.exposure or not one.readable
    }
