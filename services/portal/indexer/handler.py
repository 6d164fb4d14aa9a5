"""One batch of facts, merged into MongoDB and then written to the search index.

In this order, so that a crash in between loses nothing: the batch comes again, MongoDB
finds nothing new in it, and the index gets the same documents at the same versions.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import structlog
from elasticsearch import AsyncElasticsearch

from services.portal.indexer.indices import Indices, ToSearch, actions
from services.portal.indexer.item_search import search_document
from services.portal.indexer.mappings import ALERTS, ITEMS, PUBLIC_ALERTS, SIGNALS, Index
from services.portal.indexer.notice_search import notice_document, public_document
from services.portal.indexer.plan import EVENTS, Changes, plan
from services.portal.indexer.store import DocumentStore
from shared import metrics
from shared.consume import Rejections
from shared.elastic import alias, bulk
from shared.errors import PermanentError, TransientError
from shared.mongo import Document
from shared.records import Record, decode_records

log = structlog.get_logger()

CONSUMER = "indexer"
MISSING = "index_not_found_exception"


@dataclass(frozen=True, slots=True)
class Stores:
    """The portal's merged documents."""

    items: DocumentStore
    signals: DocumentStore
    alerts: DocumentStore
    outlets: DocumentStore


@dataclass(slots=True)
class Indexer:
    """Everything that one batch needs."""

    stores: Stores
    client: AsyncElasticsearch
    indices: Indices

    async def handle(self, records: Sequence[Record]) -> Rejections:
        """Bring the batch into both stores; return the records that the engine refuses."""
        if not self.indices.ready:
            raise TransientError("The search index is being made.")
        decoded, rejected = decode_records(CONSUMER, records, EVENTS)
        batch = plan(decoded)
        await self.stores.outlets.apply(batch.outlets.facts)
        refused = (
            await self._bring(batch.items, self.stores.items, [(ITEMS, search_document)]),
            await self._bring(batch.signals, self.stores.signals, [(SIGNALS, notice_document)]),
            await self._bring(
                batch.alerts,
                self.stores.alerts,
                [(ALERTS, notice_document), (PUBLIC_ALERTS, public_document)],
            ),
        )
        for part in refused:
            rejected |= part
        return rejected

    async def _bring(
        self, changes: Changes, store: DocumentStore, forms: Sequence[tuple[Index, ToSearch]]
    ) -> dict[int, PermanentError]:
        documents = list((await store.apply(changes.facts)).values())
        rejected: dict[int, PermanentError] = {}
        for index, form in forms:
            for key, reason in (await self._write(index, documents, form)).items():
                log.error("document_refused", index=index.subject, id=key, reason=reason)
                error = PermanentError(f"{index.subject} {key} was refused: {reason}")
                rejected |= dict.fromkeys(changes.records[key], error)
        return rejected

    async def _write(
        self, index: Index, documents: Sequence[Document], form: ToSearch
    ) -> dict[str, str]:
        """Write to the index behind the alias; never let the engine invent an index."""
        target = alias(index.subject, self.indices.namespace)
        writes = [one | {"require_alias": True} for one in actions(target, documents, form)]
        refused = await bulk(self.client, writes)
        if any(reason.startswith(MISSING) for reason in refused.values()):
            self.indices.ready = False
            raise TransientError(f"The index {index.subject} is missing; it is being rebuilt.")
        metrics.INDEXED_TOTAL.labels(index.subject, "refused").inc(len(refused))
        metrics.INDEXED_TOTAL.labels(index.subject, "written").inc(len(documents) - len(refused))
        return refused
