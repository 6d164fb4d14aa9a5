"""What the analysis does with each event: items are analysed, removals are obeyed.

Store, then publish, then return: a crash between any two of them repeats the batch, and
the repetition publishes the same events again.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from services.analysis.analyse import Readers, analyse
from services.analysis.near_copies import signature
from services.analysis.store import Known, Seen
from shared.consume import Rejections
from shared.events import (
    Author,
    Copy,
    Event,
    ItemRemoved,
    MediaItemAnalysed,
    MediaItemIngested,
    RemovalScope,
)
from shared.metrics import ANALYSED_ITEMS_TOTAL
from shared.publish import Outgoing, Publisher
from shared.records import Decoded, Record, decode_records

CONSUMER = "analysis"
EVENTS: dict[str, type[Event]] = {
    MediaItemIngested.TYPE: MediaItemIngested,
    ItemRemoved.TYPE: ItemRemoved,
}


class Memory(Protocol):
    """What the handler asks of the store; see `store.Store` for what each call promises."""

    async def removed(self, item_ids: Iterable[str]) -> frozenset[str]:
        """Return those of *item_ids* whose text was removed."""

    async def remember(self, batch: Sequence[Seen], now: datetime) -> Known:
        """Record a batch; return what was known first."""

    async def forget_author(self, item_id: str) -> None:
        """Publish an item without its author from now on."""

    async def forget(self, item_id: str) -> None:
        """Forget a removed item."""


@dataclass(frozen=True, slots=True)
class Dependencies:
    """What the handler works with, built by the composition root."""

    readers: Callable[[], Readers]
    store: Memory
    publisher: Publisher
    clock: Callable[[], datetime]


async def handle(records: Sequence[Record], deps: Dependencies) -> Rejections:
    """Obey the removals of a batch, then analyse its items."""
    decoded, rejections = decode_records(CONSUMER, records, EVENTS)
    for one in decoded:
        if isinstance(one.event, ItemRemoved):
            await _remove(one.event, deps.store)
    items = [one for one in decoded if isinstance(one.event, MediaItemIngested)]
    if items:
        await _analyse(items, deps)
    return rejections


async def _remove(removal: ItemRemoved, store: Memory) -> None:
    """Forget the author where only that is asked, everything in any other case."""
    if removal.scope is RemovalScope.AUTHOR:
        await store.forget_author(removal.item_id)
    else:
        await store.forget(removal.item_id)


async def _analyse(decoded: Sequence[Decoded], deps: Dependencies) -> None:
    removed = await deps.store.removed({one.event.item_id for one in decoded})
    now = deps.clock()
    readers = deps.readers()
    analysed = []
    for one in decoded:
        if one.event.item_id not in removed:
            analysed.append((one, analyse(one.event, readers.of(one.event), now)))
            await asyncio.sleep(0)  # 1 to 2 ms an item; health routes answer in between
    if not analysed:
        return
    known = await deps.store.remember([_seen(event) for _, event in analysed], now)
    await deps.publisher.publish(
        [_outgoing(one, event, known) for one, event in analysed if not _gone(event, known)]
    )
    _count((event for _, event in analysed), readers)


def _count(events: Iterable[MediaItemAnalysed], readers: Readers) -> None:
    """Count what was read; countries without a desk are one, so that labels stay few."""
    for event in events:
        country = event.item.outlet.country
        ANALYSED_ITEMS_TOTAL.labels(
            country=country if country in readers.by_country else "other",
            readable="yes" if event.readable else "no",
        ).inc()


def _seen(event: MediaItemAnalysed) -> Seen:
    return Seen(
        event.item.item_id,
        event.analysis_sequence,
        event.copy.content_cluster_id,
        signature(event.item.text),
    )


def _gone(event: MediaItemAnalysed, known: Known) -> bool:
    return event.item.item_id in known.removed


def _outgoing(one: Decoded, event: MediaItemAnalysed, known: Known) -> Outgoing:
    """Complete an analysis with what the store knows: first time, whom it copies, no author."""
    item_id = event.item.item_id
    copy = _copy_of(event, known)
    at = known.times.get((item_id, event.analysis_sequence), event.analysed_at)
    item = event.item
    if item_id in known.unsigned:
        item = item.model_copy(update={"author": Author()})
    complete = event.model_copy(update={"copy": copy, "analysed_at": at, "item": item})
    return Outgoing(complete, recorded_at=at, traceparent=one.record.traceparent)


def _copy_of(event: MediaItemAnalysed, known: Known) -> Copy:
    """Return whom an item copies; near copies are of the cluster of what they repeat."""
    item_id, cluster = event.item.item_id, event.copy.content_cluster_id
    first = known.first_items.get(cluster, item_id)
    changes: dict[str, object] = {"exact_of": first if first != item_id else None}
    if near := known.near.get(cluster):
        changes |= {
            "near_of": known.first_items.get(near.cluster),
            "similarity": near.similarity,
            "content_cluster_id": near.cluster,
        }
    return event.copy.model_copy(update=changes)
