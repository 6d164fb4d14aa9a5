"""Carries out what people ask of a report: who may, what changes, and what follows."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from services.portal.accounts.model import RELEASERS, Principal, independent
from services.portal.accounts.store import AccountStore
from services.portal.desk import changes as asked
from services.portal.desk import editing
from services.portal.desk.changes import Change
from services.portal.desk.model import Report, report_id
from services.portal.desk.readiness import obstacles
from services.portal.desk.store import ReportStore, RoleCodes, VisitStore
from services.portal.desk.week import Week
from services.portal.indexer.documents import visibility
from services.portal.indexer.store import DocumentStore
from services.portal.problems import FORBIDDEN, ProblemError, not_found
from services.portal.signals.judgement import DEPENDENT, NOT_OWN

OWN_REPORT = ProblemError(
    409, "A second person has to approve", "You handed this report in: another editor approves it."
)
CHANGED = ProblemError(
    409, "The report has changed", "It is not what you read: read it again, then decide."
)


@dataclass(frozen=True, slots=True)
class Desk:
    """The reports, with the stores that judging a change needs."""

    reports: ReportStore
    visits: VisitStore
    codes: RoleCodes
    accounts: AccountStore
    items: DocumentStore
    clock: Callable[[], datetime]

    async def read(self, wanted: str) -> Report:
        """Return a report; ProblemError 404 where there is none."""
        report = await self.reports.get(wanted)
        if report is None:
            raise not_found("report")
        return report

    async def gone(self, report: Report) -> frozenset[str]:
        """Return which of a report's items were removed or restricted since."""
        ids = sorted({clip.item_id for clip in report.clips})
        found = await self.items.read(ids)
        return frozenset(one for one in ids if one not in found or _hidden(found[one]))

    async def change(self, report: Report, change: Change, person: Principal) -> Report:
        """Bring one change in and return the report as it then is."""
        if isinstance(change, asked.Approve):
            return await self._approve(report, change, person)
        if isinstance(change, asked.GiveBack | asked.Correct) and not person.holds(RELEASERS):
            raise FORBIDDEN
        now = self.clock()
        return await self.reports.change(report, lambda one: change.apply(one, person, now))

    async def _approve(self, report: Report, change: asked.Approve, person: Principal) -> Report:
        """Publish what was read: by a second person, and with nothing standing against it."""
        if not person.holds(RELEASERS):
            raise FORBIDDEN
        if report.version != change.version:
            raise CHANGED
        if report.submitted_by == person.id:
            raise OWN_REPORT
        await self._check_independent(report.submitted_by or "", person)
        found = obstacles(report, await self.gone(report))
        if found:
            raise ProblemError(409, "Not ready to publish", " ".join(found)[:2000])
        author = f"desk officer {await self.codes.code(report.submitted_by or '')}"
        codes = (author, f"approver {await self.codes.code(person.id)}")

        def publish(present: Report) -> Report:
            if present.version != change.version:
                raise CHANGED
            return editing.publish(present, codes, self.clock())

        return await self.reports.change(report, publish)

    async def _check_independent(self, author_id: str, person: Principal) -> None:
        author, approver = await self.accounts.get(author_id), await self.accounts.get(person.id)
        if approver is None or not approver.set_by_holder:
            raise NOT_OWN
        if author is not None and not independent(author, approver, self.clock()):
            raise DEPENDENT


def blank(country: str, week: Week, language: str) -> Report:
    """Return the report that a desk begins with."""
    wanted = report_id(country, week)
    return Report(report_id=wanted, country=country, week=week.name, language=language)


def _hidden(document: dict[str, object]) -> bool:
    seen_by = visibility(document)
    return seen_by.removed or seen_by.restricted
