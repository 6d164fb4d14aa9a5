"""Puts the indexer together, for the worker and for the command that rebuilds."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from elasticsearch import AsyncElasticsearch

from services.portal.desk.indexed import report_document
from services.portal.indexer.handler import Indexer, Stores
from services.portal.indexer.indices import Filled, Indices
from services.portal.indexer.item_search import search_document
from services.portal.indexer.mappings import ALERTS, ITEMS, PUBLIC_ALERTS, REPORTS, SIGNALS
from services.portal.indexer.notice_search import notice_document, public_document
from services.portal.indexer.store import DocumentStore
from shared.mongo import Database


def create_stores(database: Database) -> Stores:
    """Return the portal's collections of merged documents."""
    return Stores(
        items=DocumentStore(database, "documents", packed="analysis"),
        signals=DocumentStore(database, "signals"),
        alerts=DocumentStore(database, "alerts"),
        outlets=DocumentStore(database, "outlets"),
    )


def create_indexer(
    database: Database, client: AsyncElasticsearch, namespace: str, clock: Callable[[], datetime]
) -> Indexer:
    """Return an indexer with all its indices; nothing connects yet."""
    stores = create_stores(database)
    filled = (
        Filled(ITEMS, stores.items, search_document),
        Filled(SIGNALS, stores.signals, notice_document),
        Filled(ALERTS, stores.alerts, notice_document),
        Filled(PUBLIC_ALERTS, stores.alerts, public_document),
        Filled(REPORTS, DocumentStore(database, "reports"), report_document),
    )
    return Indexer(stores, client, Indices(client, namespace, filled, clock))
