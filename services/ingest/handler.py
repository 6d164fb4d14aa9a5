"""What ingest does with the events it consumes: only removals."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from services.ingest.removals import Removals
from shared.consume import Rejections
from shared.events import ItemRemoved
from shared.records import Record, decode_records

CONSUMER = "ingest"
EVENTS = {ItemRemoved.TYPE: ItemRemoved}


@dataclass(frozen=True, slots=True)
class Handler:
    """Handles batches of removals."""

    removals: Removals

    async def handle(self, records: Sequence[Record]) -> Rejections:
        """Apply each removal in order; the same batch again changes nothing."""
        decoded, rejections = decode_records(CONSUMER, records, EVENTS)
        for one in decoded:
            await self.removals.apply(one.event)
        return rejections
