"""Brings pages that were read to their outcomes: evidence, store, publish.

In this order, so that a kill at any point leaves the pages on the work list and the next
attempt completes them. An event is published again although its item was stored before:
the kill may have come between the two.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

import structlog
from pydantic import ValidationError

from services.ingest.clock import milliseconds
from services.ingest.evidence import CaptureWriter
from services.ingest.item_store import ItemStore, Publication, Revision
from services.ingest.items import Draft, PageRead, Pseudonym, Stored, decide, draft_item
from services.ingest.outcomes import Outcome
from services.ingest.page_store import Done
from services.ingest.reader import known_after
from shared import metrics
from shared.errors import PermanentError, TransientError
from shared.events import Author, Capture, encode
from shared.ids import InvalidUrlError
from shared.publish import Outgoing, Publisher

log = structlog.get_logger()

MAX_ROUNDS = 20  # one more than the writers that could race for one item


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


@dataclass(frozen=True, slots=True)
class Settler:
    """Turns pages that were read into evidence, items and events."""

    items: ItemStore
    publisher: Publisher
    captures: CaptureWriter
    pseudonym: Pseudonym
    now: Callable[[], datetime]

    async def keep_evidence(self, pages: Sequence[PageRead]) -> list[Capture]:
        """Write the raw bytes of *pages*; TransientError while the disk takes none."""
        fetched = [page.fetched for page in pages]
        try:
            captures = await asyncio.to_thread(self.captures.write, fetched)
        except OSError as error:
            raise TransientError(f"evidence cannot be written: {error.strerror}") from error
        metrics.INGEST_CAPTURED_BYTES_TOTAL.inc(sum(len(one.body) for one in fetched))
        return captures

    async def settle(self, pages: Sequence[PageRead], captures: Sequence[Capture]) -> list[Settled]:
        """Store and publish; after a TransientError the same call can be repeated."""
        settled: list[Settled] = []
        works: list[Work] = []
        for page, capture in zip(pages, captures, strict=True):
            try:
                works.append(Work(page, capture, draft_item(page, capture, self.pseudonym)))
            except InvalidUrlError:
                reason = "The page's address cannot be identified."
                settled.append(Settled(page, capture, Outcome.REFUSED, reason))
            except Exception:  # of the page alone: trying again would give the same
                log.exception("draft_failed", entry_id=page.target.entry_id)
                reason = "No item can be made of the page."
                settled.append(Settled(page, capture, Outcome.UNREADABLE, reason))
        for _ in range(MAX_ROUNDS):
            finished, works = await self._store(works)
            settled += finished
            if not works:
                return await self._publish(settled)
        raise TransientError("items change faster than they can be stored")

    async def _store(self, works: Sequence[Work]) -> tuple[list[Settled], list[Work]]:
        """Store new revisions; return the works that have their place, and those to repeat."""
        ids = {one for work in works for one in (work.draft.item_id, work.draft.other_id) if one}
        stored = await self.items.stored(ids)
        settled: list[Settled] = []
        repeated: list[Work] = []
        chosen: dict[str, tuple[Work, Settled, Revision]] = {}
        recorded_at = milliseconds(self.now())
        for work in works:
            result, revision = _plan(work, stored, recorded_at)
            if revision is None:
                settled.append(result)
            elif revision.draft.item_id in chosen:
                repeated.append(work)
            else:
                chosen[revision.draft.item_id] = (work, result, revision)
        lost = await self.items.put([one for _, _, one in chosen.values()], recorded_at)
        for item_id, (work, result, _) in chosen.items():
            if item_id in lost:
                repeated.append(work)
            else:
                settled.append(result)
        return settled, repeated

    async def _publish(self, settled: list[Settled]) -> list[Settled]:
        """Publish every revision that may not have been published, from the store where needed."""
        missing = [
            one.item_id
            for one in settled
            if one.item_id and one.is_unpublished and one.publication is None
        ]
        found = await self.items.publications(missing) if missing else {}
        outgoing: dict[str, Outgoing] = {}
        results: list[Settled] = []
        for one in settled:
            publication = one.publication or found.get(one.item_id or "")
            if one.is_unpublished and publication is not None and one.item_id:
                outgoing[one.item_id] = Outgoing(publication.event, publication.recorded_at)
                results.append(replace(one, outcome=Outcome.INGESTED))
            else:
                results.append(one)
        await self.publisher.publish(list(outgoing.values()))
        return results


def _plan(
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
