"""Reads one item for one principal; what that person may not see does not exist."""

from __future__ import annotations

from services.portal.accounts.model import SIGNAL_READERS, Principal
from services.portal.accounts.visibility import may_see
from services.portal.context import Portal
from services.portal.indexer.documents import visibility
from services.portal.items.model import ItemAnswer, item_answer
from services.portal.problems import not_found


async def read_item(portal: Portal, principal: Principal, item_id: str) -> ItemAnswer:
    """Return the item; ProblemError 404 where it is unknown, removed or hidden."""
    stores = portal.stores
    document = await stores.items.get(item_id)
    if document is None or not may_see(principal, visibility(document)):
        raise not_found("item")
    outlet_id = document["analysis"]["fact"]["item"]["outlet"]["outlet_id"]
    outlet = await stores.outlets.get(outlet_id)
    if visibility(document).restricted:
        await portal.audit.record(principal.id, "restricted_item_read", item_id)
    return item_answer(document, outlet, signals=principal.holds(SIGNAL_READERS))
