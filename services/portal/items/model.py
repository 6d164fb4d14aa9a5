"""One item as the API states it: what was published, what was found in it, and from where."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from shared.events import Capture, Health, Match, MediaItemAnalysed, Outlet
from shared.events.fields import UtcTime
from shared.mongo import Document


class OutletNow(BaseModel):
    """The outlet as it is known today, beside what was known on the item's day."""

    model_config = ConfigDict(frozen=True)

    outlet: Outlet
    health: Health
    health_since_at: UtcTime
    facts_changed: bool = Field(
        description="Owner, kind of owner or control differ from the item's day."
    )


class Verdict(BaseModel):
    """What a reader said of the item."""

    model_config = ConfigDict(frozen=True)

    review_id: str
    decision: str
    actor_id: str
    recorded_at: UtcTime


class EarlierWording(BaseModel):
    """An earlier wording of the item, and when it was read."""

    model_config = ConfigDict(frozen=True)

    number: int
    fetched_at: UtcTime
    title: str | None
    text: str
    text_sha256: str


class ItemAnswer(BaseModel):
    """An item with its analysis; offsets count code points in `analysis.item.text` or `title`."""

    model_config = ConfigDict(frozen=True)

    item_id: str
    analysis: MediaItemAnalysed
    matches: tuple[Match, ...] = Field(description="Passages that may match an indicator.")
    captures: tuple[Capture, ...] = Field(description="The raw evidence, by its SHA-256.")
    outlet_now: OutletNow | None
    signal_ids: tuple[str, ...] = Field(description="Signals that have it as evidence.")
    verdicts: tuple[Verdict, ...] = Field(description="Empty for those who may not read signals.")
    revisions: tuple[EarlierWording, ...] = Field(description="Earlier wordings, newest first.")
    removed_parts: tuple[str, ...] = Field(description="What was removed on request.")


def item_answer(document: Document, outlet: Document | None, *, signals: bool) -> ItemAnswer:
    """Return the answer; *signals* tells whether to name signals and what reviewers said."""
    analysis = MediaItemAnalysed.model_validate(document["analysis"]["fact"], extra="ignore")
    return ItemAnswer(
        item_id=document["_id"],
        analysis=analysis,
        matches=analysis.matches,
        captures=analysis.item.captures,
        outlet_now=_outlet_now(outlet, analysis.item.outlet),
        signal_ids=tuple(document.get("signals", ())) if signals else (),
        verdicts=_verdicts(document) if signals else (),
        revisions=_earlier(document),
        removed_parts=tuple(document.get("removals", ())),
    )


def _earlier(document: Document) -> tuple[EarlierWording, ...]:
    earlier = sorted(document.get("earlier", {}).items(), key=lambda one: -int(one[0]))
    return tuple(EarlierWording(number=int(number), **words) for number, words in earlier)


def _outlet_now(document: Document | None, then: Outlet) -> OutletNow | None:
    if document is None:
        return None
    fact = document["fact"]
    now = Outlet.model_validate(fact["outlet"], extra="ignore")
    return OutletNow(
        outlet=now,
        health=fact["health"],
        health_since_at=fact["since_at"],
        facts_changed=_facts(now) != _facts(then),
    )


def _facts(outlet: Outlet) -> tuple[Any, ...]:
    return outlet.owner_id, outlet.owner_kind, outlet.controlled_by


def _verdicts(document: Document) -> tuple[Verdict, ...]:
    return tuple(_verdict(key, one) for key, one in document.get("verdicts", {}).items())


def _verdict(review_id: str, stored: Document) -> Verdict:
    shown = {name: stored[name] for name in ("decision", "actor_id", "recorded_at")}
    return Verdict(review_id=review_id, **shown)
