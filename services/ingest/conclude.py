"""Gives each reading of a batch its one outcome, and makes it durable, whatever is away."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

import structlog

from services.ingest.items import PageRead
from services.ingest.outcomes import FetchError, Outcome
from services.ingest.page_store import Done, PageStore
from services.ingest.patience import patiently, stubbornly
from services.ingest.reader import PageUnread, Reading
from services.ingest.retries import LAST_PAUSE, retry_pause_seconds
from services.ingest.settle import Settler
from services.ingest.site_rules import SiteRules
from services.ingest.targets import Target
from shared import metrics
from shared.errors import EventTooLargeError
from shared.health import Health

log = structlog.get_logger()

NAME = "pages"  # the conditions in /healthz
READING = "reading"


@dataclass(frozen=True, slots=True)
class Concluder:
    """Concludes readings; waits in place for stores, brokers and disks."""

    settler: Settler
    pages: PageStore
    rules: SiteRules
    health: Health

    async def conclude(self, readings: Sequence[Reading]) -> list[Target]:
        """Make every outcome durable; return the targets that are to be tried again."""
        pages = [one for one in readings if isinstance(one, PageRead)]
        unread = [one for one in readings if isinstance(one, PageUnread)]
        done: list[Done] = []
        for result in await self._settle(pages) if pages else []:
            if isinstance(result, Done):
                done.append(result)
            else:
                unread.append(result)
        self._observe(unread)
        retried: list[tuple[Target, str]] = []
        for one in unread:
            later = self._later(one)
            if later is None:
                done.append(self._unread(one))
            else:
                retried.append((later, one.error.reason))
        await self._keep(done, retried)
        for outcome in [str(one.outcome) for one in done] + [Outcome.RETRIED] * len(retried):
            metrics.INGEST_PAGES_TOTAL.labels(outcome).inc()
        return [target for target, _ in retried]

    def _observe(self, unread: Sequence[PageUnread]) -> None:
        """Show in /healthz whether faults of ours keep pages from their outcomes."""
        faults = [one.error.reason for one in unread if one.error.is_ours]
        if faults:
            self.health.waiting(READING, faults[-1])
        else:
            self.health.ok(READING)

    async def _settle(self, pages: Sequence[PageRead]) -> list[Done | PageUnread]:
        """Settle *pages* together, or one by one where one of them makes our code fail."""
        try:
            return list(await self._settle_together(pages))
        except Exception as error:  # one odd page must not stop the others
            log.exception("batch_failed", size=len(pages))
            if len(pages) == 1:
                target = pages[0].target
                return [PageUnread(target, _unsettled(error), target.known)]
        return [one for page in pages for one in await self._settle([page])]

    async def _settle_together(self, pages: Sequence[PageRead]) -> list[Done]:
        captures = await patiently(self.health, NAME, lambda: self.settler.keep_evidence(pages))
        settled = await patiently(self.health, NAME, lambda: self.settler.settle(pages, captures))
        now = self.settler.now()
        return [one.done(now) for one in settled]

    async def _keep(self, done: Sequence[Done], retried: Sequence[tuple[Target, str]]) -> None:
        if done:
            await stubbornly(self.health, NAME, lambda: self.pages.finish(done))
        if retried:
            await stubbornly(self.health, NAME, lambda: self.pages.delay(retried))

    def _later(self, unread: PageUnread) -> Target | None:
        """Return the target with the time of its next attempt, or None where it is final."""
        error, target = unread.error, unread.target
        if error.is_final:
            return None
        attempts = target.attempts + 1
        pause = retry_pause_seconds(
            min(attempts, LAST_PAUSE) if error.is_ours else attempts,
            error.retry_after_seconds,
            is_allowed=self.rules.is_allowed(target.url),
        )
        return (
            None if pause is None else target.delayed(self.settler.now() + timedelta(seconds=pause))
        )

    def _unread(self, unread: PageUnread) -> Done:
        return Done(
            target=unread.target,
            outcome=unread.error.outcome,
            reason=unread.error.reason,
            known=unread.known,
            done_at=self.settler.now(),
        )


def _unsettled(error: Exception) -> FetchError:
    """Return why a page could not be settled; only its own content can make that final."""
    if isinstance(error, EventTooLargeError):
        return FetchError(Outcome.TOO_LARGE, str(error))
    reason = f"Storing it failed: {type(error).__name__}."
    return FetchError(Outcome.AWAY, reason, is_ours=True)
