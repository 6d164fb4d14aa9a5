"""Sends the events of stored items whose publication was never confirmed.

Nearly always the page is still there, its next reading finds the item and sends the event.
This is for the pages that are not.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from services.ingest.item_store import ItemStore
from services.ingest.outbox import Outbox, Pending
from services.ingest.output_store import OutputStore
from services.ingest.patience import stubbornly
from shared.health import Health
from shared.publish import Outgoing, Publisher

NAME = "outbox"  # the condition in /healthz
SWEEP_SECONDS = 5.0
BATCH = 50
# Younger ones are in the hands of a live process. The first sweep takes those too, for they
# may be what this process had in hand when it was killed.
IN_HAND = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class Resender:
    """Sweeps the outbox until cancelled."""

    items: ItemStore
    outbox: Outbox
    output: OutputStore
    publisher: Publisher
    health: Health
    now: Callable[[], datetime]

    async def run(self) -> None:
        """Send what an earlier process left, then what any process leaves."""
        await stubbornly(self.health, NAME, lambda: self.sweep(self.now()))
        while True:
            await asyncio.sleep(SWEEP_SECONDS)
            await stubbornly(self.health, NAME, lambda: self.sweep(self.now() - IN_HAND))

    async def sweep(self, until: datetime) -> None:
        """Send every event that was noted up to *until*, and forget what never was stored."""
        await self.outbox.clear()
        pending = await self.outbox.pending(until)
        for start in range(0, len(pending), BATCH):
            await self._resend(pending[start : start + BATCH])
        await self.outbox.clear()

    async def _resend(self, batch: Sequence[Pending]) -> None:
        found = await self.items.publications({one.item_id for one in batch})
        await self.output.note(one.event for one in found.values())
        await self.publisher.publish(
            [Outgoing(one.event, one.recorded_at) for one in found.values()]
        )
        forgotten_until = self.now() - IN_HAND
        for one in batch:
            stored = found.get(one.item_id)
            is_sent = stored is not None and stored.event.revision >= one.revision
            # Without it the process was killed before it stored, or the item was removed.
            if is_sent or one.noted_at <= forgotten_until:
                self.outbox.confirm(one.item_id, one.revision)
