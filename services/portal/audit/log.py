"""The audit log in MongoDB, one document an entry, by its number.

An entry is inserted under the next number; if another process took that number, the chain is
read on and the insertion tried again. Nothing here updates or deletes.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import datetime

from services.portal.audit.chain import BEGINNING, Deed, Entry, entry_after
from shared.errors import TransientError
from shared.mongo import Database, Document, DuplicateKeyError, transient_mongo

ROUNDS = 20
MOST_SHOWN = 500


class AuditLog:
    """Appends deeds and reads them back."""

    def __init__(self, database: Database, clock: Callable[[], datetime]) -> None:
        self._entries = database["audit"]
        self._clock = clock
        self._turn = asyncio.Lock()
        self._last: tuple[int, str] | None = None

    async def record(self, actor_id: str, action: str, subject: str = "") -> None:
        """Append; TransientError while that cannot be done, and then the deed must not go on."""
        now = self._clock()
        # MongoDB keeps milliseconds; the hash must be of what is kept.
        at = now.replace(microsecond=now.microsecond // 1000 * 1000)
        async with self._turn:
            await self._append(Deed(actor_id, action, subject[:300], at))

    async def head(self) -> tuple[int, str]:
        """Return the number and the hash of the last entry."""
        with transient_mongo():
            found = await self._entries.find().sort("_id", -1).limit(1).to_list(1)
        return (found[0]["_id"], found[0]["hash"]) if found else (0, BEGINNING)

    async def newest(
        self, actor_id: str | None = None, action: str | None = None, subject: str | None = None
    ) -> list[Entry]:
        """Return the newest entries of those named."""
        wanted = {"actor_id": actor_id, "action": action, "subject": subject}
        query = {name: value for name, value in wanted.items() if value}
        with transient_mongo():
            found = await self._entries.find(query).sort("_id", -1).limit(MOST_SHOWN).to_list(None)
        return [_entry(one) for one in found]

    async def every(self) -> list[Entry]:
        """Return the whole log in its order."""
        with transient_mongo():
            found = await self._entries.find().sort("_id", 1).to_list(None)
        return [_entry(one) for one in found]

    async def _append(self, deed: Deed) -> None:
        for _ in range(ROUNDS):
            number, previous = self._last or await self.head()
            made = entry_after(number, previous, deed)
            try:
                with transient_mongo():
                    await self._entries.insert_one(_document(made))
            except DuplicateKeyError:
                self._last = None  # another process was first: read the chain's end again
                continue
            self._last = made.number, made.hash
            return
        raise TransientError("The audit log is being written by too many at once.")


def _document(entry: Entry) -> Document:
    deed = entry.deed
    return {
        "_id": entry.number,
        "at": deed.at,
        "actor_id": deed.actor_id,
        "action": deed.action,
        "subject": deed.subject,
        "previous": entry.previous,
        "hash": entry.hash,
    }


def _entry(document: Document) -> Entry:
    deed = Deed(document["actor_id"], document["action"], document["subject"], document["at"])
    return Entry(document["_id"], deed, document["previous"], document["hash"])
