"""Every consumer, with the pure part of what it does with each event that it reads.

To plug in another: add a `Consumer` below with its EVENTS map and, for each type of which the
handler computes something before it touches a store, a function of the event alone.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from services.alerts import handler as alerts
from services.alerts.placement import placement_of
from services.alerts.rules import changed_rule
from services.analysis import handler as analysis
from services.analysis.analyse import Readers, analyse, create_readers
from services.analysis.desks import load_desks
from services.ingest import handler as ingest
from services.ingest.removals import widest
from services.portal.indexer import plan as indexer
from services.portal.indexer.item_search import search_document
from services.portal.indexer.notice_search import notice_document, public_document
from shared.events import (
    AlertReleased,
    Event,
    ItemRemoved,
    MediaItemAnalysed,
    MediaItemIngested,
    RuleChanged,
    SignalRevised,
    encode,
)
from shared.mongo import Document
from shared.records import Decoded, Record
from tests.factories import at

DESKS = Path(__file__).parents[2] / "deploy" / "config" / "desks"

Prepare = Callable[[Any], object]


@dataclass(frozen=True)
class Consumer:
    """`default` prepares the types that `prepare` does not name."""

    name: str
    events: Mapping[str, type[Event]]
    prepare: Mapping[type[Event], Prepare] = field(default_factory=dict)
    default: Prepare = repr

    def take(self, event: Event) -> None:
        self.prepare.get(type(event), self.default)(event)


@cache
def _readers() -> Readers:
    return create_readers(load_desks(DESKS))


def _analyse(item: MediaItemIngested) -> None:
    encode(analyse(item, _readers().of(item), at(0)))


def _documents(event: Event) -> list[Document]:
    """Return the documents that the event alone leaves behind."""
    record = Record(event.TOPIC.name, 0, 0, encode(event), event.TYPE)
    plan = indexer.plan([Decoded(0, record, event)])
    changed: list[Document] = []
    for changes in (plan.items, plan.signals, plan.alerts, plan.outlets):
        for key, facts in changes.facts.items():
            document: Document = {"_id": key, "version": 1}
            for fact in facts:
                document = fact.apply(document)
                assert fact.apply(document) is document, "the same fact again changes nothing"
            changed.append(document)
    return changed


def _indexed_item(event: Event) -> list[Document]:
    return [search_document(document) for document in _documents(event)]


def _indexed_signal(event: SignalRevised) -> Document:
    [signal] = [one for one in _documents(event) if one["_id"] == event.signal_id]
    return notice_document(signal)


def _indexed_alert(event: AlertReleased) -> list[Document]:
    [alert] = _documents(event)
    return [notice_document(alert), public_document(alert)]


CONSUMERS = (
    Consumer("ingest", ingest.EVENTS, {ItemRemoved: lambda event: widest(None, event.scope)}),
    Consumer("analysis", analysis.EVENTS, {MediaItemIngested: _analyse}),
    Consumer("alerts", alerts.EVENTS, {MediaItemAnalysed: placement_of, RuleChanged: changed_rule}),
    Consumer(
        "indexer",
        indexer.EVENTS,
        {
            MediaItemAnalysed: _indexed_item,
            ItemRemoved: _indexed_item,
            SignalRevised: _indexed_signal,
            AlertReleased: _indexed_alert,
        },
        default=_documents,
    ),
)
