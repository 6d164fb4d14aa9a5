"""The records of signals and what waits for its time.

- `signals/<signal_id>`: the record, written by comparing its version.
- `due/<signal_id>|<time>`: when to look at a signal again although nothing new has arrived.
- `candidates/<kind>|<country>|<month>`: windows that a change of other days may change, found by
  name: those of whose day anything counts (`near`, which the days of a longer window change), and
  those whose count could let a rule hold (`far`, which all that they are compared with changes).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from services.alerts.record import Question, Record
from services.alerts.store import writing
from services.alerts.store.documents import record_document, record_of_document
from shared.mongo import Database, DuplicateKeyError, UpdateOne, transient_mongo


class Signals:
    """The records of signals and what belongs to them."""

    def __init__(self, database: Database) -> None:
        self._signals = database["signals"]
        self._due = database["due"]
        self._candidates = database["candidates"]

    async def find(self, signal_ids: Iterable[str]) -> dict[str, Record]:
        """Return the records that exist."""
        found = await writing.find_by_id(self._signals, signal_ids)
        return {key: record_of_document(document) for key, document in found.items()}

    async def save(self, record: Record) -> bool:
        """Write a record over the version before it; False where somebody else was first."""
        document = record_document(record)
        with transient_mongo():
            if record.version == 1:
                try:
                    await self._signals.insert_one(document)
                except DuplicateKeyError:
                    return False
                return True
            guard = {"_id": document["_id"], "version": record.version - 1}
            return (await self._signals.replace_one(guard, document)).matched_count == 1

    async def clear_outbox(self, record: Record) -> None:
        """Note that everything in the outbox has been sent, unless more was added meanwhile."""
        await self.save(replace(record, version=record.version + 1, outbox=()))

    async def look_again(self, signal_id: str, at: datetime) -> None:
        """Remember to look at a signal at a time. Each time is a document of its own.

        So serving one time cannot forget another that was remembered meanwhile.
        """
        text = _text(at)
        document = {"signal_id": signal_id, "at": text}
        name = {"_id": f"{signal_id}|{text}"}
        update = UpdateOne(name, {"$setOnInsert": document}, upsert=True)
        await writing.write(self._due, [update])

    async def due(self, now: datetime) -> dict[str, str]:
        """Return the times that have come, by name, with their signals.

        There are few, so they are scanned for. Times are text, which keeps microseconds.
        """
        with transient_mongo():
            found = await self._due.find({"at": {"$lte": _text(now)}}).to_list(length=None)
        return {document["_id"]: document["signal_id"] for document in found}

    async def looked(self, names: Iterable[str]) -> None:
        """Forget times that have been served."""
        with transient_mongo():
            await self._due.delete_many({"_id": {"$in": sorted(names)}})

    async def add_candidates(self, kind: str, windows: Iterable[Question]) -> None:
        """Remember windows whose past matters."""
        updates = [
            UpdateOne(
                {"_id": f"{kind}|{one.country}|{one.day:%Y-%m}"},
                {"$addToSet": {"series": one.series}},
                upsert=True,
            )
            for one in windows
        ]
        await writing.write(self._candidates, updates)

    async def candidates(self, kind: str, country: str, first: date, last: date) -> list[str]:
        """Return the series of remembered windows of a country between two days, both included."""
        every = (first + timedelta(days=n) for n in range((last - first).days + 1))
        months = {f"{kind}|{country}|{day:%Y-%m}" for day in every}
        found = await writing.find_by_id(self._candidates, months)
        series = (key for document in found.values() for key in document["series"])
        days = first.isoformat(), last.isoformat()
        return sorted(key for key in series if days[0] <= key.rsplit("|", 1)[1] <= days[1])


def _text(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="microseconds")
