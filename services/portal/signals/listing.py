"""Lists of signals and of alerts: what may be asked, and the engine's query for it."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any
from urllib.parse import urlencode

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints

from services.portal.accounts.model import Principal
from services.portal.accounts.visibility import visible_to
from services.portal.engine import SearchEngine
from services.portal.search.cursor import decode_cursor, encode_cursor
from services.portal.search.request import Keys, filled, known, nothing
from shared.events import SignalStatus

OPEN = (
    SignalStatus.NEW,
    SignalStatus.ASSESSED,
    SignalStatus.RELEASED,
    SignalStatus.UPDATED,
    SignalStatus.CORRECTED,
)


class ListRequest(BaseModel):
    """Which signals; without a status, those that are not dismissed, withdrawn or closed."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    status: Annotated[
        tuple[Annotated[SignalStatus, BeforeValidator(known)], ...],
        BeforeValidator(filled),
        Field(max_length=10),
    ] = ()
    country: Keys = ()
    size: Annotated[int, Field(ge=1, le=100)] = 50
    cursor: Annotated[str | None, StringConstraints(max_length=500), BeforeValidator(nothing)] = (
        None
    )

    @property
    def fingerprint(self) -> str:
        """Return a name of the list without its place."""
        return "|".join((*self.status, "/", *self.country))


class SignalSummary(BaseModel):
    """One line of a list."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    signal_id: str
    revision: int
    status: str
    change: str
    rule_id: str
    rule_kind: str
    country: str
    target_group_id: str | None
    indicators: tuple[str, ...]
    severity: str
    urgency: str
    confidence: float
    exercise: bool
    late: bool
    evidence_count: int
    independent_owners: int
    independent_texts: int
    observed: float
    expected: float
    window_from_at: datetime
    window_to_at: datetime
    raised_at: datetime
    revised_at: datetime
    tlp: str
    release_state: str
    approvals: int


class SignalList(BaseModel):
    """One page of a list, the most recently raised first."""

    model_config = ConfigDict(frozen=True)

    total: int
    signals: tuple[SignalSummary, ...]
    next: str | None


def next_link(base: str, asked: ListRequest, cursor: str | None) -> str | None:
    """Return the address of the next page of the same list."""
    if cursor is None:
        return None
    kept = asked.model_dump(mode="json", exclude_defaults=True) | {"cursor": cursor}
    return f"{base}?{urlencode(kept, doseq=True)}"


async def list_signals(
    engine: SearchEngine, subject: str, principal: Principal, asked: ListRequest
) -> SignalList:
    """Return one page of the index *subject*, which is `signals` or `alerts`."""
    response = await engine.search(subject, list_query(principal, asked))
    found = response["hits"]["hits"]
    more = len(found) == asked.size
    return SignalList(
        total=response["hits"]["total"]["value"],
        signals=tuple(SignalSummary(**one["_source"]) for one in found),
        next=encode_cursor(asked.fingerprint, found[-1]["sort"]) if more else None,
    )


def list_query(principal: Principal, asked: ListRequest) -> dict[str, Any]:
    """Return the engine's query: who asks, which states, newest first."""
    filters = visible_to(principal)
    filters.append({"terms": {"status": [status.value for status in asked.status or OPEN]}})
    if asked.country:
        filters.append({"terms": {"country": list(asked.country)}})
    body: dict[str, Any] = {
        "query": {"bool": {"filter": filters}},
        "sort": [{"raised_at": "desc"}, {"severity_rank": "desc"}, {"signal_id": "desc"}],
        "size": asked.size,
        "track_total_hits": True,
        "timeout": "2s",
    }
    if asked.cursor:
        body["search_after"] = decode_cursor(asked.fingerprint, asked.cursor, [int, int, str])
    return body
