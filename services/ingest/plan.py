"""What a page that was read becomes, beside what is stored; nothing here reaches outside."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

import structlog
from pydantic import ValidationError

from services.ingest.item_store import Publication, Revision
from services.ingest.items import Draft, PageRead, Stored, decide
from services.ingest.outcomes import Outcome
from services.ingest.page_store import Done
from services.ingest.reader import known_after
from shared.errors import PermanentError
from shared.events import Author, Capture, encode

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Work:
    """A page with its evidence and the item that it makes."""

    page: PageRead
    capture: Capture
    draft: Draft


@dataclass(frozen=True, slots=True)
class Settled:
    """What became of one page, and the revision of the item that it now is."""

    page: PageRead
    capture: Capture
    outcome: Outcome
    reason: str = ""
    item_id: str | None = None
    revision: int = 0
    publication: Publication | None = None

    @property
    def is_unpublished(self) -> bool:
        """Tell whether the item's present revision is not known to have been published."""
        known = self.page.target.known
        is_published = known.item_id == self.item_id and known.revision >= self.revision
        return self.revision > 0 and not is_published and self.outcome != Outcome.REMOVED

    def done(self, at: datetime) -> Done:
        """Return the entry to remember."""
        known = known_after(self.page.target.known, self.page.fetched)
        return Done(
            target=self.page.target,
            outcome=self.outcome,
            reason=self.reason,
            known=replace(known, item_id=self.item_id, revision=self.revision),
            done_at=at,
            capture_id=self.capture.capture_id,
        )


def plan(
    work: Work, stored: Mapping[str, Stored], recorded_at: datetime
) -> tuple[Settled, Revision | None]:
    """Return what *work* becomes beside what is stored, and the revision to store for it."""
    draft = _placed(work.draft, stored)
    before = stored.get(draft.item_id)
    outcome, number = decide(before, draft)
    result = Settled(work.page, work.capture, outcome, "", draft.item_id, number)
    if outcome != Outcome.INGESTED:
        return result, None
    removed = before.removed if before else None
    if removed is not None:
        draft = replace(draft, fields={**draft.fields, "author": Author()})
    try:
        event = draft.event(number)
        data = encode(event)
    except PermanentError as error:
        return Settled(work.page, work.capture, Outcome.TOO_LARGE, str(error)), None
    except ValidationError as error:
        fields = [".".join(map(str, one["loc"])) for one in error.errors(include_input=False)]
        log.error("event_failed", entry_id=work.page.target.entry_id, fields=fields)  # noqa: TRY400 - the traceback would quote the page
        reason = "The page has values that no item may have."
        return Settled(work.page, work.capture, Outcome.UNREADABLE, reason), None
    publication = Publication(event, recorded_at)
    return replace(result, publication=publication), Revision(draft, number, data, removed)


def _placed(draft: Draft, stored: Mapping[str, Stored]) -> Draft:
    """Return *draft* under its canonical address, unless that is another outlet's item."""
    claimed = stored.get(draft.item_id)
    is_foreign = claimed is not None and claimed.outlet_id not in {None, draft.outlet_id}
    return draft.by_address() if is_foreign and draft.other_id else draft
