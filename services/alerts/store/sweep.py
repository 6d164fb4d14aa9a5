"""Forgets counts that no window asks for any more: `outlet_hours`, `series_days` and `items`.

What a signal rests on is kept with it, the days that it was compared with included: a review may
come after years, and must find the evidence where it was. So are items that were removed: only
the note of it keeps them from coming back.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, timedelta

from services.alerts.rules import LONGEST_REACH_DAYS
from services.alerts.series import series_key
from services.alerts.verdict import LATEST_AFTER
from shared.mongo import Database, Document, transient_mongo

# The furthest day that a window looks at, for a window as late as an item may still raise one.
KEEP = timedelta(days=LONGEST_REACH_DAYS) + LATEST_AFTER
BATCH = 1_000


class Sweep:
    """The daily sweep; it may be stopped anywhere, and run by several at once."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def run(self, today: date, references: Iterable[tuple[date, date]] = ()) -> int:
        """Forget what is old by its day and by its last write; return how many documents.

        Days of `references`, first and last, are compared with for good.
        """
        limit = (today - KEEP).isoformat()
        series = await self._kept_series()
        items, outlet_days = await self._items(limit, series)
        every = [key for key in await self._ids("series_days") if _day(key) < limit]
        days = [key for key in every if not _within(_day(key), references)]
        hours = [key for key in await self._ids("outlet_hours") if _day(key) < limit]
        return (
            await self._drop("items", items, limit)
            + await self._drop("series_days", set(days) - series, limit)
            + await self._drop("outlet_hours", _outside(hours, outlet_days), limit)
        )

    async def _kept_series(self) -> set[str]:
        """Return the windows of all signals, and the days before them."""
        kept: set[str] = set()
        with transient_mongo():
            async for document in self._database["signals"].find({}, {"question": 1}):
                asked = document["question"]
                last = date.fromisoformat(asked["day"])
                days = (last - timedelta(days=back) for back in range(LONGEST_REACH_DAYS + 1))
                kept |= {series_key(asked["country"], asked["group"], day) for day in days}
        return kept

    async def _items(self, limit: str, series: set[str]) -> tuple[list[str], set[str]]:
        """Return the items to forget, and the days of outlets of all others."""
        old: list[str] = []
        outlet_days: set[str] = set()
        fields = dict.fromkeys(("written_on", "hours", "series", "removed"), 1)
        with transient_mongo():
            async for document in self._database["items"].find({}, fields):
                if _is_old(document, limit, series):
                    old.append(document["_id"])
                else:
                    outlet_days |= {_outlet_day(hour) for hour in document.get("hours", [])}
        return old, outlet_days

    async def _ids(self, collection: str) -> list[str]:
        with transient_mongo():
            return [one["_id"] async for one in self._database[collection].find({}, {"_id": 1})]

    async def _drop(self, collection: str, ids: Iterable[str], limit: str) -> int:
        """Delete documents, unless one was written again since it was found."""
        wanted, dropped = sorted(ids), 0
        for first in range(0, len(wanted), BATCH):
            some = {"$in": wanted[first : first + BATCH]}
            with transient_mongo():
                result = await self._database[collection].delete_many(
                    {"_id": some, "written_on": {"$lt": limit}}
                )
            dropped += result.deleted_count
        return dropped


def _is_old(document: Document, limit: str, series: set[str]) -> bool:
    if document.get("removed") or not series.isdisjoint(document.get("series", [])):
        return False
    written: str = document.get("written_on", limit)
    return max([written, *map(_day, document.get("hours", []))]) < limit


def _outside(hours: Sequence[str], outlet_days: set[str]) -> list[str]:
    return [hour for hour in hours if _outlet_day(hour) not in outlet_days]


def _day(key: str) -> str:
    """Return the day in a set's name, whose last part is a day or an hour."""
    return key.rsplit("|", 1)[1][:10]


def _within(day: str, references: Iterable[tuple[date, date]]) -> bool:
    return any(first.isoformat() <= day <= last.isoformat() for first, last in references)


def _outlet_day(hour: str) -> str:
    return hour.rsplit("T", 1)[0]
