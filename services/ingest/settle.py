"""Brings pages that were read to their outcomes: evidence, store, publish.

In this order, so that a kill at any point leaves the pages on the work list and the next
attempt completes them; where the page is gone by then, the outbox does. An event is
published again although its item was stored before: the kill may have come between the
two.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime

import structlog

from services.ingest.clock import milliseconds
from services.ingest.evidence import CaptureWriter
from services.ingest.item_store import ItemStore, Publication, Revision
from services.ingest.items import PageRead, Pseudonym, draft_item
from services.ingest.outbox import Outbox
from services.ingest.outcomes import Outcome
from services.ingest.output_store import OutputStore
from services.ingest.plan import Settled, Work, plan
from shared import metrics
from shared.errors import TransientError
from shared.events import Capture
from shared.ids import InvalidUrlError
from shared.publish import Outgoing, Publisher

log = structlog.get_logger()

MAX_ROUNDS = 20  # one more than the writers that could race for one item


@dataclass(frozen=True, slots=True)
class Settler:
    """Turns pages that were read into evidence, items and events."""

    items: ItemStore
    outbox: Outbox
    output: OutputStore
    publisher: Publisher
    captures: CaptureWriter
    pseudonym: Pseudonym
    now: Callable[[], datetime]

    async def keep_evidence(self, pages: Sequence[PageRead]) -> list[Capture]:
        """Write the raw bytes of *pages*; TransientError while the disk takes none."""
        noted = [(page.fetched, facts_of(page)) for page in pages]
        try:
            captures = await asyncio.to_thread(self.captures.write, noted)
        except OSError as error:
            raise TransientError(f"evidence cannot be written: {error.strerror}") from error
        metrics.INGEST_CAPTURED_BYTES_TOTAL.inc(sum(len(one.fetched.body) for one in pages))
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
            result, revision = plan(work, stored, recorded_at)
            if revision is None:
                settled.append(result)
            elif revision.draft.item_id in chosen:
                repeated.append(work)
            else:
                chosen[revision.draft.item_id] = (work, result, revision)
        lost = await self._put([one for _, _, one in chosen.values()], recorded_at)
        for item_id, (work, result, _) in chosen.items():
            if item_id in lost:
                repeated.append(work)
            else:
                settled.append(result)
        return settled, repeated

    async def _put(self, revisions: Sequence[Revision], recorded_at: datetime) -> set[str]:
        """Store *revisions*, each noted before as one to publish; return the ids that lost."""
        noted = {one.draft.item_id: one.number for one in revisions}
        await self.outbox.note(noted, recorded_at)
        return await self.items.put(revisions, recorded_at)

    async def _publish(self, settled: list[Settled]) -> list[Settled]:
        """Publish every revision that may not have been published, from the store where needed."""
        missing = [
            one.item_id
            for one in settled
            if one.item_id and one.is_unpublished and one.publication is None
        ]
        found = await self.items.publications(missing) if missing else {}
        outgoing: dict[str, Publication] = {}
        results: list[Settled] = []
        for one in settled:
            publication = one.publication or found.get(one.item_id or "")
            if one.is_unpublished and publication is not None and one.item_id:
                outgoing[one.item_id] = publication
                results.append(replace(one, outcome=Outcome.INGESTED))
            else:
                results.append(one)
        await self.output.note(one.event for one in outgoing.values())
        await self.publisher.publish(
            [Outgoing(one.event, one.recorded_at) for one in outgoing.values()]
        )
        for event in (one.event for one in outgoing.values()):
            self.outbox.confirm(event.item_id, event.revision)
        return results


def facts_of(page: PageRead) -> dict[str, str]:
    """Return what was known of the outlet on the day of the capture."""
    outlet = page.outlet.outlet_as_of(page.fetched.fetched_at.astimezone(UTC).date())
    facts = {
        "outlet": outlet.outlet_id,
        "outlet-name": outlet.name,
        "source": page.target.source_id,
        "country": outlet.country,
        "owner": outlet.owner_id,
        "owner-kind": str(outlet.owner_kind),
        "controlled-by": outlet.controlled_by,
        "facts-from": outlet.facts_source,
    }
    return {name: value for name, value in facts.items() if value}
