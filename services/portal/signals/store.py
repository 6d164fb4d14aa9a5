"""Signals for reading."""

from __future__ import annotations

from services.portal.accounts.model import Principal
from services.portal.accounts.visibility import may_see
from services.portal.indexer.notices import signal_visibility
from services.portal.indexer.store import DocumentStore
from services.portal.problems import not_found
from shared.events import SignalRevised


async def read_signal(store: DocumentStore, principal: Principal, signal_id: str) -> SignalRevised:
    """Return the newest revision; ProblemError 404 where it is unknown or hidden."""
    document = await store.get(signal_id)
    if document is None or not may_see(principal, signal_visibility(document["fact"])):
        raise not_found("signal")
    return SignalRevised.model_validate(document["fact"], extra="ignore")


async def outlet_names(store: DocumentStore, signal: SignalRevised) -> dict[str, str]:
    """Return the names of the outlets in a signal's evidence, as far as they are known."""
    documents = await store.read(sorted({one.outlet_id for one in signal.evidence}))
    return {key: one["fact"]["outlet"]["name"] for key, one in documents.items()}
