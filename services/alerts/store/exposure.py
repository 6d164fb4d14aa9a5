"""Which outlets were read on a day: `exposure_days/<country>|<day>`, derived from their hours."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from services.alerts.placement import Placement
from services.alerts.series import Reader, hour_keys
from services.alerts.store import writing
from services.alerts.store.documents import reader_of_text, reader_text
from shared.mongo import Database, UpdateOne


class Exposure:
    """The sets of outlets read."""

    def __init__(self, database: Database) -> None:
        self._days = database["exposure_days"]
        self._hours = database["outlet_hours"]

    async def readers(self, keys: Iterable[str]) -> dict[str, frozenset[Reader]]:
        """Return who was read, by country and day."""
        found = await writing.find_by_id(self._days, keys)
        return {
            key: frozenset(reader_of_text(text) for text in document["outlets"])
            for key, document in found.items()
        }

    async def note(self, placements: Iterable[Placement]) -> None:
        """Note who was read; to be called after their hours have been written."""
        noted = {(one.exposure_day, one.reader) for one in placements}
        await writing.write(self._days, [_noted(key, reader) for key, reader in sorted(noted)])

    async def recompute(self, exposures: Iterable[str]) -> None:
        """Rebuild days of outlets from their hours: forgotten first, then read, then noted again.

        In this order another writer's note, which follows its hour, may be repeated, never lost.
        """
        for exposure in sorted(exposures):
            country, day, outlet_id = exposure.split("|", 2)
            key = f"{country}|{day}"
            await self._forget(key, outlet_id)
            readers = await self._read_in(outlet_id, date.fromisoformat(day))
            await writing.write(self._days, [_noted(key, one) for one in sorted(readers)])

    async def _forget(self, key: str, outlet_id: str) -> None:
        noted = (await self.readers([key])).get(key, frozenset())
        gone = sorted(reader_text(one) for one in noted if one.outlet_id == outlet_id)
        if gone:
            await writing.write(
                self._days, [UpdateOne({"_id": key}, {"$pullAll": {"outlets": gone}})]
            )

    async def _read_in(self, outlet_id: str, day: date) -> set[Reader]:
        hours = await writing.find_by_id(self._hours, hour_keys(outlet_id, day))
        return {
            reader_of_text(entry["reader"])
            for document in hours.values()
            for entry in document["items"].values()
            if entry.get("readable")
        }


def _noted(key: str, reader: Reader) -> UpdateOne:
    return UpdateOne({"_id": key}, {"$addToSet": {"outlets": reader_text(reader)}}, upsert=True)
