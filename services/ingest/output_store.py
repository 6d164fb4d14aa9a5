"""When each outlet's items happened: `outlet_days/<outlet_id>|<day>`, a set of items by hour.

Kept as sets of ids, never as counters: whatever is repeated after a kill is counted once.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from services.ingest.bulk import write_all
from services.ingest.outlet_health import WEEK, WEEKS, WINDOWS
from shared.events import MediaItemIngested
from shared.mongo import Database, Document, UpdateOne, transient_mongo

_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(?![A-Za-z])")
LOOK_BACK = WEEKS * WEEK + max(WINDOWS)


@dataclass(frozen=True, slots=True)
class OutputStore:
    """The output of the outlets of one installation."""

    database: Database

    async def note(self, items: Iterable[MediaItemIngested]) -> None:
        """Count *items* that are new; their later wordings are no output of their own."""
        days: dict[str, dict[str, int | bool]] = defaultdict(dict)
        for item in items:
            if item.revision == 1:
                at = item.event_at.astimezone(UTC)
                key = _key(item.outlet.outlet_id, at.date())
                days[key][f"items.{item.item_id}"] = at.hour
                language = _LANGUAGE.match(item.language_hint or "")
                if language is not None:
                    days[key][f"languages.{language.group().lower()}"] = True
        await write_all(
            self.database["outlet_days"],
            [UpdateOne({"_id": key}, {"$set": items}, upsert=True) for key, items in days.items()],
        )

    async def hours(self, outlet_id: str, now: datetime) -> list[datetime]:
        """Return the hour of each item of the outlet that matters for its health at *now*."""
        return [
            datetime.fromisoformat(f"{document['_id'].rpartition('|')[2]}T{hour:02}:00:00+00:00")
            for document in await self._days(outlet_id, now)
            for hour in document["items"].values()
        ]

    async def languages(self, outlet_id: str, now: datetime) -> list[str]:
        """Return the codes of the languages that the outlet's pages said to be in lately."""
        days = await self._days(outlet_id, now)
        return sorted({code for document in days for code in document.get("languages", {})})

    async def _days(self, outlet_id: str, now: datetime) -> list[Document]:
        first = (now - LOOK_BACK).astimezone(UTC).date()
        last = now.astimezone(UTC).date()
        days = [first + timedelta(days=n) for n in range((last - first).days + 1)]
        with transient_mongo():
            found = self.database["outlet_days"].find(
                {"_id": {"$in": [_key(outlet_id, day) for day in days]}}
            )
            return [document async for document in found]


def _key(outlet_id: str, day: date) -> str:
    return f"{outlet_id}|{day.isoformat()}"
