"""Signals for reading."""

from __future__ import annotations

from collections.abc import Iterable

from services.portal.accounts.model import Principal
from services.portal.accounts.visibility import may_see
from services.portal.indexer.notices import signal_visibility
from services.portal.indexer.store import DocumentStore
from services.portal.problems import not_found
from shared.events import SignalRevised, TextField


async def read_signal(store: DocumentStore, principal: Principal, signal_id: str) -> SignalRevised:
    """Return the newest revision; ProblemError 404 where it is unknown or hidden."""
    document = await store.get(signal_id)
    if document is None or not may_see(principal, signal_visibility(document["fact"])):
        raise not_found("signal")
    return SignalRevised.model_validate(document["fact"], extra="ignore")


async def marked_quotes(
    store: DocumentStore, signal: SignalRevised
) -> dict[int, tuple[str, str, str]]:
    """Return, by place, the quotes in which the matched passage is known: before, it, after.

    Evidence says where the passage stands in the item, not where in its quote; so the item,
    as far as it is there still and unchanged, is asked for the passage's words.
    """
    documents = await store.read(sorted({one.item_id for one in signal.evidence}))
    cuts: dict[int, tuple[str, str, str]] = {}
    for place, one in enumerate(signal.evidence):
        document = documents.get(one.item_id, {})
        item = document.get("analysis", {}).get("fact", {}).get("item", {})
        text = (item.get("title") if one.field is TextField.TITLE else item.get("text")) or ""
        cut = cut_quote(one.quote, text, one.start, one.end)
        if cut:
            cuts[place] = cut
    return cuts


def cut_quote(quote: str, text: str, start: int, end: int) -> tuple[str, str, str] | None:
    """Return *quote* cut at the passage of *text* that it was taken around, if it is that text."""
    begins = text.rfind(quote, max(0, end - len(quote)), start + len(quote)) if quote else -1
    if begins < 0 or not begins <= start < end <= begins + len(quote):
        return None
    first, last = start - begins, end - begins
    return quote[:first], quote[first:last], quote[last:]


async def outlet_names(store: DocumentStore, outlet_ids: Iterable[str]) -> dict[str, str]:
    """Return the names of outlets, as far as they are known."""
    documents = await store.read(sorted(set(outlet_ids)))
    return {key: one["fact"]["outlet"]["name"] for key, one in documents.items()}
