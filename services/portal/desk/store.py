"""Reports, visits and codes in MongoDB; a report is written by compare-and-set on its version."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from datetime import datetime, timedelta

from services.portal.desk.model import Report
from shared.errors import TransientError
from shared.mongo import Database, Document, DuplicateKeyError, transient_mongo

ROUNDS = 8
# A reload, or a look at one item and back, is the same visit.
SAME_VISIT = timedelta(minutes=30)
FIRST_VISIT = timedelta(days=7)
# No look-alikes, as people say these aloud.
CODE_ALPHABET, CODE_LENGTH = "abcdefghjkmnpqrstuvwxyz23456789", 5


class ReportStore:
    """Reads reports and changes them one version at a time."""

    def __init__(self, database: Database) -> None:
        self._reports = database["reports"]

    async def get(self, report_id: str) -> Report | None:
        """Return the report, or None."""
        with transient_mongo():
            document = await self._reports.find_one({"_id": report_id})
        return None if document is None else _report(document)

    async def change(self, blank: Report, change: Callable[[Report], Report]) -> Report:
        """Bring *change* into the report with the id of *blank*, which it is if there is none."""
        for _ in range(ROUNDS):
            before = await self.get(blank.report_id) or blank
            after = change(before)
            if after is before:
                return before
            after = after.model_copy(update={"version": before.version + 1})
            if await self._write(after):
                return after
        raise TransientError("Others keep changing the same report.")

    async def awaiting_index(self) -> list[Report]:
        """Return the reports whose present form the archive's index may not have yet."""
        with transient_mongo():
            found = await self._reports.find({"indexed": False}).to_list(None)
        return [_report(one) for one in found]

    async def indexed(self, report: Report) -> None:
        """Note that the archive's index has this version."""
        known = {"_id": report.report_id, "version": report.version}
        with transient_mongo():
            await self._reports.update_one(known, {"$set": {"indexed": True}})

    async def _write(self, report: Report) -> bool:
        document = report.model_dump(mode="json") | {"_id": report.report_id, "indexed": False}
        if report.version == 1:
            try:
                with transient_mongo():
                    await self._reports.insert_one(document)
            except DuplicateKeyError:
                return False
            return True
        known = {"_id": report.report_id, "version": report.version - 1}
        with transient_mongo():
            result = await self._reports.replace_one(known, document)
        return bool(result.matched_count)


class VisitStore:
    """When a person last looked at a desk, so that the page can say what is new."""

    def __init__(self, database: Database) -> None:
        self._visits = database["desk_visits"]

    async def since(self, actor_id: str, country: str, now: datetime) -> datetime:
        """Return when the visit before this one ended, and note that this one goes on."""
        key = f"{actor_id}|{country}"
        with transient_mongo():
            known = await self._visits.find_one({"_id": key})
            since = _since(known, now)
            await self._visits.replace_one(
                {"_id": key}, {"_id": key, "since_at": since, "seen_at": now}, upsert=True
            )
        return since


class RoleCodes:
    """A stable code for each person, which reports carry instead of the name.

    It is drawn, not computed: whoever knows how names become ids could undo a hash.
    """

    def __init__(self, database: Database) -> None:
        self._codes = database["role_codes"]

    async def code(self, actor_id: str) -> str:
        """Return the person's code, drawn at the first use."""
        drawn = "".join(secrets.choice(CODE_ALPHABET) for _ in range(CODE_LENGTH))
        with transient_mongo():
            kept = await self._codes.find_one_and_update(
                {"_id": actor_id},
                {"$setOnInsert": {"code": drawn}},
                upsert=True,
                return_document=True,
            )
        return str(kept["code"]) if kept else drawn


def _since(known: Document | None, now: datetime) -> datetime:
    if known is None:
        return now - FIRST_VISIT
    since: datetime = known["since_at" if now - known["seen_at"] < SAME_VISIT else "seen_at"]
    return since


def _report(document: Document) -> Report:
    return Report.model_validate(document)
