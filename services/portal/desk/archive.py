"""The archive of published weeks: how it is kept in step, and how a week is found again.

The index follows MongoDB: what could not be written at once is written by a background
task, so a report that was approved is found even if the engine was away just then.
"""

from __future__ import annotations

import asyncio
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from typing import Annotated, Any

import structlog
from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StringConstraints,
    field_validator,
)

from services.portal.accounts.model import Principal
from services.portal.accounts.visibility import visible_to
from services.portal.desk.indexed import report_document
from services.portal.desk.store import ReportStore
from services.portal.engine import SearchEngine
from services.portal.search.clauses import words_clause
from services.portal.search.language import parse
from services.portal.search.query import ENGINE_TIMEOUT, highlight
from services.portal.search.request import MAX_CHARACTERS, nothing
from shared.errors import TransientError

log = structlog.get_logger()

KEEP_SECONDS = 5.0
SUBJECT = "reports"


class ArchiveRequest(BaseModel):
    """Which weeks to list; words search the entries, their translations and the lines."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    q: Annotated[str, StringConstraints(max_length=MAX_CHARACTERS, strip_whitespace=True)] = ""
    country: Annotated[
        Annotated[str, StringConstraints(max_length=2)] | None, BeforeValidator(nothing)
    ] = None
    size: Annotated[int, Field(ge=1, le=100)] = 52

    @field_validator("q")
    @classmethod
    def _understood(cls, value: str) -> str:
        parse(value)
        return value


class ArchivedReport(BaseModel):
    """One week in the list."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    report_id: str
    country: str
    week: str
    topics: tuple[str, ...]
    entries: int
    edition: int
    corrected: bool
    published_at: datetime
    highlights: tuple[str, ...] = Field(
        (), description="HTML: escaped text in which only <mark> stands out."
    )


@dataclass(frozen=True, slots=True)
class Archive:
    """Keeps the archive's index in step and searches it."""

    reports: ReportStore
    engine: SearchEngine
    changed: asyncio.Event = field(default_factory=asyncio.Event)

    def wake(self) -> None:
        """Have what was just published indexed now."""
        self.changed.set()

    async def keep(self) -> None:
        """Index what waits, for as long as the portal runs."""
        while True:
            self.changed.clear()
            try:
                await self.index_waiting()
            except TransientError as error:
                log.info("archive_awaited", reason=str(error))
            with suppress(TimeoutError):
                async with asyncio.timeout(KEEP_SECONDS):
                    await self.changed.wait()

    async def index_waiting(self) -> None:
        """Index every report that was changed since it was last indexed."""
        for report in await self.reports.awaiting_index():
            document = report_document(report.model_dump(mode="json"))
            await self.engine.index(SUBJECT, report.report_id, report.version, document)
            await self.reports.indexed(report)

    async def search(self, principal: Principal, asked: ArchiveRequest) -> list[ArchivedReport]:
        """Return the published weeks that *principal* may see, newest first."""
        response = await self.engine.search(SUBJECT, archive_query(principal, asked))
        return [_archived(one) for one in response["hits"]["hits"]]


def archive_query(principal: Principal, asked: ArchiveRequest) -> dict[str, Any]:
    """Return the engine's query."""
    filters = visible_to(principal)
    if asked.country:
        filters.append({"term": {"country": asked.country}})
    body: dict[str, Any] = {
        "query": {"bool": {"filter": filters, "must": words_clause(asked.q)}},
        "sort": [{"published_on": "desc"}, {"report_id": "desc"}],
        "size": asked.size,
        "timeout": ENGINE_TIMEOUT,
    }
    return body | ({"highlight": highlight(asked.q)} if asked.q else {})


def _archived(found: dict[str, Any]) -> ArchivedReport:
    marked = [one for ones in found.get("highlight", {}).values() for one in ones]
    return ArchivedReport(**found["_source"] | {"highlights": marked[:3]})
