"""The index of near copies: which stored text a new one repeats.

`signatures/<month>|<cluster>` and `bands/<month>|<band>` hold only texts that repeat
nothing themselves, so a flood of copies adds nothing. This month and the one before are
asked; what is older is deleted, so the index does not grow without end. All by `_id`.
"""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta

from services.analysis.near_copies import Near, bands, nearest
from shared.mongo import Database, UpdateOne

# Texts that share a band by chance, through some formula that all of them hold.
MOST_IN_BAND = 50


class CopyIndex:
    """The part of the analysis service's database that knows texts by their likeness."""

    def __init__(self, database: Database) -> None:
        self._bands = database["bands"]
        self._signatures = database["signatures"]
        self._swept_before = ""

    async def place(self, texts: Mapping[str, bytes], now: datetime) -> dict[str, Near]:
        """Return what each of *texts* (by cluster) repeats; index those that repeat nothing.

        Texts of one batch are compared with each other too, in their order.
        """
        months = _months(now)
        await self._sweep(months[-1])
        by_band = await self._candidates(texts, months)
        found: dict[str, Near] = {}
        fresh: dict[str, bytes] = {}
        for cluster, signed in texts.items():
            candidates = dict(by_band[cluster]) | fresh
            # One that stands there already was indexed before a crash: it repeats nothing.
            near = None if cluster in candidates else nearest(signed, candidates)
            if near:
                found[cluster] = near
            else:
                fresh[cluster] = signed
        await self._add(fresh, months[0])
        return found

    async def forget(self, clusters: Iterable[str], at: datetime) -> None:
        """Forget the signatures of removed texts, of which *at* is within the months kept."""
        ids = [f"{month}|{cluster}" for month in _months(at) for cluster in clusters]
        for one in ids:
            await self._signatures.delete_one({"_id": one})

    async def _candidates(
        self, texts: Mapping[str, bytes], months: Sequence[str]
    ) -> dict[str, dict[str, bytes]]:
        """Return, for each text, the signatures of those that share a band with it."""
        wanted: dict[str, list[str]] = defaultdict(list)
        for cluster, signed in texts.items():
            for band in bands(signed):
                for month in months:
                    wanted[f"{month}|{band}"].append(cluster)
        sharing: dict[str, set[str]] = defaultdict(set)
        async for document in self._bands.find({"_id": {"$in": list(wanted)}}):
            for cluster in wanted[document["_id"]]:
                sharing[cluster].update(document["clusters"][:MOST_IN_BAND])
        signatures = await self._signed({one for some in sharing.values() for one in some}, months)
        return {
            cluster: {one: signatures[one] for one in sharing[cluster] if one in signatures}
            for cluster in texts
        }

    async def _signed(self, clusters: set[str], months: Sequence[str]) -> dict[str, bytes]:
        ids = [f"{month}|{cluster}" for month in months for cluster in sorted(clusters)]
        if not ids:
            return {}
        found = self._signatures.find({"_id": {"$in": ids}})
        return {one["_id"].partition("|")[2]: bytes(one["signed"]) async for one in found}

    async def _add(self, fresh: Mapping[str, bytes], month: str) -> None:
        if not fresh:
            return
        signatures = [
            UpdateOne(
                {"_id": f"{month}|{cluster}"}, {"$setOnInsert": {"signed": signed}}, upsert=True
            )
            for cluster, signed in fresh.items()
        ]
        shared = [
            UpdateOne({"_id": f"{month}|{band}"}, {"$addToSet": {"clusters": cluster}}, upsert=True)
            for cluster, signed in fresh.items()
            for band in bands(signed)
        ]
        # Bands first: after a crash between the two, a signature that stands already says
        # that its bands do too.
        await self._bands.bulk_write(shared, ordered=False)
        await self._signatures.bulk_write(signatures, ordered=False)

    async def _sweep(self, oldest: str) -> None:
        """Delete what is older than *oldest*, once in each month that this process sees."""
        if self._swept_before == oldest:
            return
        older = {"_id": {"$lt": oldest}}
        await asyncio.gather(self._bands.delete_many(older), self._signatures.delete_many(older))
        self._swept_before = oldest


def _months(now: datetime) -> list[str]:
    """Return this month and the one before."""
    before = now.replace(day=1) - timedelta(days=1)
    return [f"{one:%Y-%m}" for one in (now, before)]
