"""Verifying the audit log from the server's command line."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from services.portal.audit.chain import BEGINNING, first_break
from services.portal.audit.log import AuditLog
from shared.mongo import client_of, connect
from shared.settings import Settings


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a verification found; `problem` is None where the chain holds."""

    entries: int
    head: str
    problem: str | None


async def verify_audit(settings: Settings, known: tuple[int, str] | None = None) -> Verdict:
    """Check every entry against the one before it, and the log against a *known* entry.

    A chain alone cannot show that its end was cut off: a number and hash that were written
    down elsewhere can.
    """
    database = connect(settings, database="portal")
    try:
        entries = await AuditLog(database, lambda: datetime.now(UTC)).every()
    finally:
        client_of(database).close()
    problem = first_break(entries)
    if problem is None and known is not None:
        number, wanted = known
        found = entries[number - 1].hash if 0 < number <= len(entries) else None
        if found != wanted:
            problem = f"Entry {number} is not the one that was written down."
    return Verdict(len(entries), entries[-1].hash if entries else BEGINNING, problem)
