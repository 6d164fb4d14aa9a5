"""Which documents a batch of facts concerns: pure sorting of facts by what they change."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import singledispatchmethod

from services.portal.indexer.documents import Analysed, Judged, Removed, Used
from services.portal.indexer.notices import Stated
from services.portal.indexer.store import Applicable
from shared.events import (
    AlertReleased,
    Event,
    ItemRemoved,
    MediaItemAnalysed,
    MediaOutletHealthChanged,
    ReviewRecorded,
    SignalRevised,
    SubjectKind,
)
from shared.records import Decoded

EVENTS: dict[str, type[Event]] = {
    event.TYPE: event
    for event in (
        MediaItemAnalysed,
        SignalRevised,
        AlertReleased,
        ReviewRecorded,
        ItemRemoved,
        MediaOutletHealthChanged,
    )
}


@dataclass(slots=True)
class Changes:
    """Facts by the document they change, with the records that brought them."""

    facts: dict[str, list[Applicable]] = field(default_factory=lambda: defaultdict(list))
    records: dict[str, set[int]] = field(default_factory=lambda: defaultdict(set))

    def add(self, key: str, fact: Applicable, record: int | None) -> None:
        """Note a fact; without a *record*, nothing is blamed where the document is refused."""
        self.facts[key].append(fact)
        if record is not None:
            self.records[key].add(record)


@dataclass(slots=True)
class Plan:
    """What one batch changes, by kind of document."""

    items: Changes = field(default_factory=Changes)
    signals: Changes = field(default_factory=Changes)
    alerts: Changes = field(default_factory=Changes)
    outlets: Changes = field(default_factory=Changes)

    @singledispatchmethod
    def take(self, event: Event, record: int) -> None:
        """Sort one event in; most kinds have their own rule below."""
        raise TypeError(f"no rule for {type(event).__name__}, which came in record {record}")

    @take.register
    def _(self, event: MediaItemAnalysed, record: int) -> None:
        self.items.add(event.subject, Analysed(event), record)

    @take.register
    def _(self, event: ItemRemoved, record: int) -> None:
        self.items.add(event.item_id, Removed(event), record)

    @take.register
    def _(self, event: ReviewRecorded, record: int) -> None:
        """Only verdicts on items concern the index; the alerts service reads the others."""
        if event.subject_kind is SubjectKind.ITEM:
            self.items.add(event.subject_id, Judged(event), record)

    @take.register
    def _(self, event: SignalRevised, record: int) -> None:
        """Keep the signal as a document of its own, and mark every item it has as evidence."""
        self.signals.add(event.signal_id, Stated(event, event.revision), record)
        for evidence in event.evidence:
            self.items.add(evidence.item_id, Used(evidence.item_id, event.signal_id), None)

    @take.register
    def _(self, event: AlertReleased, record: int) -> None:
        self.alerts.add(event.signal_id, Stated(event, event.revision), record)

    @take.register
    def _(self, event: MediaOutletHealthChanged, record: int) -> None:
        self.outlets.add(event.subject, Stated(event, event.sequence), record)


def plan(decoded: Iterable[Decoded]) -> Plan:
    """Sort the events of a batch by the documents they change."""
    result = Plan()
    for one in decoded:
        result.take(one.event, one.index)
    return result
