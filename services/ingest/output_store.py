"""When each outlet's items happened: `outlet_days/<outlet_id>|<day>`, a set of items by hour.

Kept as sets of ids, never as counters: whatever is repeated after a kill is counted once.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from services.ingest.bulk import write_all
from services.ingest.outlet_health import WEEK, WEEKS, WINDOWS
from shared.events import MediaItemIngested
from shared.mongo import Database, UpdateOne, transient_mongo

LOOK_BACK = WEEKS * WEEK + max(WINDOWS)


@dataclass(frozen=True, slots=True)
class OutputStore:
    """The output of the outlets of one installation."""

    database: Database

    async def note(self, items: Iterable[MediaItemIngested]) -> None:
        """Count *items* that are new; their later wordings are no output of their own."""
        days: dict[str, dict[str, int]] = defaultdict(dict)
        for item in items:
            if item.revision == 1:
                at = item.event_at.astimezone(UTC)
                key = _key(item.outlet.outlet_id, at.date())
                days[key][f"items.{item.item_id}"] = at.hour
        await write_all(
            self.database["outlet_days"],
            [UpdateOne({"_id": key}, {"$set": items}, upsert=True) for key, items in days.items()],
        )

    async def hours(self, outlet_id: str, now: datetime) -> list[datetime]:
        """Return the hour of each item of the outlet that matters for its health at *now*."""
        first = (now - LOOK_BACK).astimezone(UTC).date()
        last = now.astimezone(UTC).date()
        days = [first + timedelta(days=n) for n in range((last - first).days + 1)]
        with transient_mongo():
            found = self.database["outlet_days"].find(
                {"_id": {"$in": [_key(outlet_id, day) for day in days]}}
            )
            documents = [document async for document in found]
        return [
            datetime.fromisoformat(f"{document['_id'].rpartition('|')[2]}T{hour:02}:00:00+00:00")
            for document in documents
            for hour in document["items"].values()
        ]


def _key(outlet_id: str, day: date) -> str:
    return f"{outlet_id}|{day.isoformat()}"
