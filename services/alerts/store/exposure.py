"""How much of whom was read on a day: `exposure_days/<country>|<day>`, derived from their hours.

`read.<reader>.<hour>` is the size of a set, the items of one hour of an outlet. It is written by
`$max` after the hour itself, so repetition and a slower writer change nothing; where items leave,
the outlet's numbers are forgotten first and counted again.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import date
from urllib.parse import quote, unquote

from services.alerts.placement import Placement
from services.alerts.series import Reader, hour_keys
from services.alerts.store import writing
from services.alerts.store.documents import reader_of_text, reader_text
from shared.mongo import Database, Document, UpdateOne


class Exposure:
    """The numbers of items read."""

    def __init__(self, database: Database) -> None:
        self._days = database["exposure_days"]
        self._hours = database["outlet_hours"]

    async def readers(self, keys: Iterable[str]) -> dict[str, dict[Reader, int]]:
        """Return how many items of whom were read, by country and day."""
        found = await writing.find_by_id(self._days, keys)
        return {
            key: {
                reader_of_text(unquote(name)): sum(hours.values())
                for name, hours in document.get("read", {}).items()
            }
            for key, document in found.items()
        }

    async def note(self, placements: Iterable[Placement]) -> None:
        """Note how much was read; to be called after the hours have been written."""
        days = {one.hour: one.exposure_day for one in placements}
        hours = await writing.find_by_id(self._hours, days)
        updates = [_noted(days[key], key, hours[key]) for key in sorted(hours)]
        await writing.write(self._days, [one for one in updates if one])

    async def recompute(self, exposures: Iterable[str]) -> None:
        """Count days of outlets again from their hours: forgotten first, then read, then noted.

        In this order another writer's note, which follows its hour, may be repeated, never lost.
        """
        for exposure in sorted(exposures):
            country, day, outlet_id = exposure.split("|", 2)
            key = f"{country}|{day}"
            await self._forget(key, outlet_id)
            hours = hour_keys(outlet_id, date.fromisoformat(day))
            found = await writing.find_by_id(self._hours, hours)
            updates = [_noted(key, hour, found[hour]) for hour in sorted(found)]
            await writing.write(self._days, [one for one in updates if one])

    async def _forget(self, key: str, outlet_id: str) -> None:
        noted = (await self.readers([key])).get(key, {})
        gone = {_field(one): "" for one in noted if one.outlet_id == outlet_id}
        if gone:
            await writing.write(self._days, [UpdateOne({"_id": key}, {"$unset": gone})])


def _noted(key: str, hour: str, document: Document) -> UpdateOne | None:
    """Return the note of one hour of an outlet; None where nothing in it was read."""
    read = _read_in(document)
    if not read:
        return None
    clock = hour.rsplit("T", 1)[1]
    sizes = {f"{_field(reader)}.{clock}": number for reader, number in read.items()}
    return UpdateOne({"_id": key}, {"$max": sizes}, upsert=True)


def _read_in(document: Document) -> Mapping[Reader, int]:
    entries = document["items"].values()
    return Counter(reader_of_text(one["reader"]) for one in entries if one.get("readable"))


def _field(reader: Reader) -> str:
    """Return the field of a reader; a dot or a dollar sign in a name would write elsewhere."""
    return "read." + quote(reader_text(reader), safe="|").replace(".", "%2E")
