"""The merged document of one item, and how facts change it: pure, in any order, repeatedly.

Facts about an item arrive on several topics, late, twice or out of order. The document
keeps each in its own part, and each part has its own rule for which fact wins, so that the
same set of facts gives the same document whatever the order:

    analysis   the highest (analysis_sequence, analysed_at)
    earlier    the wordings before the present one, by their revision, the last twenty
    verdicts   one a review, by its id; reviews are never edited
    signals    a set that only grows: signals that have used the item as evidence
    removals   a set that only grows; it hides what the analysis part brings, then or later
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol

from services.portal.accounts.visibility import Visibility
from shared.events import (
    ItemRemoved,
    MediaItemAnalysed,
    RemovalScope,
    ReviewRecorded,
)
from shared.mongo import Document

EARLIER_KEPT = 20


class Change(Protocol):
    """A fact about one item."""

    @property
    def item_id(self) -> str:
        """The item that the fact is about."""

    def apply(self, document: Document) -> Document:
        """Return the document with the fact, or the very same object when it adds nothing."""


@dataclass(frozen=True, slots=True)
class Analysed:
    """An item was analysed."""

    event: MediaItemAnalysed

    @property
    def item_id(self) -> str:
        """The item analysed."""
        return self.event.item.item_id

    def apply(self, document: Document) -> Document:
        """Take the analysis if it is newer than what is there."""
        order = [self.event.analysis_sequence, self.event.analysed_at.isoformat()]
        known = document.get("analysis")
        fact = self.event.model_dump(mode="json")
        if known is not None and known["order"] >= order:
            return _with_earlier(document, fact)
        newer = document | {"analysis": {"order": order, "fact": fact}}
        if known is not None and known["fact"] is not None:
            newer = _with_earlier(newer, known["fact"])
        return _redacted(newer)


@dataclass(frozen=True, slots=True)
class Judged:
    """A reader gave a verdict on the item."""

    event: ReviewRecorded

    @property
    def item_id(self) -> str:
        """The item judged."""
        return self.event.subject_id

    def apply(self, document: Document) -> Document:
        """Add the verdict under the review's id."""
        verdicts = document.get("verdicts", {})
        if self.event.review_id in verdicts:
            return document
        verdict = {
            "decision": self.event.decision.value,
            "actor_id": self.event.actor_id,
            "revision": self.event.subject_revision,
            "supersedes": self.event.supersedes,
            "recorded_at": self.event.recorded_at.isoformat(),
            "corrections": [one.model_dump(mode="json") for one in self.event.corrections],
        }
        return document | {"verdicts": verdicts | {self.event.review_id: verdict}}


@dataclass(frozen=True, slots=True)
class Used:
    """A signal has the item as evidence, or once had."""

    item_id: str
    signal_id: str

    def apply(self, document: Document) -> Document:
        """Add the signal's id to the set."""
        signals = document.get("signals", [])
        if self.signal_id in signals:
            return document
        return document | {"signals": sorted([*signals, self.signal_id])}


@dataclass(frozen=True, slots=True)
class Removed:
    """A person decided that the item, its text or its author must go."""

    event: ItemRemoved

    @property
    def item_id(self) -> str:
        """The item removed."""
        return self.event.item_id

    def apply(self, document: Document) -> Document:
        """Add the scope to the removals and erase what it covers."""
        scope = self.event.scope
        if scope is RemovalScope.UNKNOWN:
            scope = RemovalScope.ALL
        removals = document.get("removals", [])
        if scope.value in removals:
            return document
        return _redacted(document | {"removals": sorted([*removals, scope.value])})


def merge(document: Document, changes: Iterable[Change]) -> Document:
    """Return *document* with all *changes*, or the very same object when nothing changed."""
    for change in changes:
        document = change.apply(document)
    return document


def visibility(document: Document) -> Visibility:
    """Return for whose eyes an item is: its outlet's country and those it speaks of."""
    analysis = document.get("analysis")
    removed = analysis is None or RemovalScope.ALL.value in document.get("removals", ())
    if analysis is None or removed:
        return Visibility(frozenset(), removed=True)
    fact = analysis["fact"]
    countries = frozenset({fact["item"]["outlet"]["country"], *fact["incident_countries"]})
    return Visibility(countries, restricted=fact["item"]["restricted"])


def _with_earlier(document: Document, fact: Document) -> Document:
    """Keep the wording in *fact* beside the present one, if it is an earlier one and new."""
    present, item = document["analysis"]["fact"], fact["item"]
    number, earlier = str(item["revision"]), document.get("earlier", {})
    erased = {RemovalScope.ALL.value, RemovalScope.TEXT.value} & set(document.get("removals", ()))
    if present is None or erased or number in earlier:
        return document
    if item["revision"] >= present["item"]["revision"]:
        return document
    words = {name: item[name] for name in ("title", "text", "text_sha256", "fetched_at")}
    kept = sorted((earlier | {number: words}).items(), key=lambda one: int(one[0]))[-EARLIER_KEPT:]
    return document if dict(kept) == earlier else document | {"earlier": dict(kept)}


def _redacted(document: Document) -> Document:
    """Erase what the removals cover, so that it is not even in our own store."""
    analysis, removals = document.get("analysis"), document.get("removals", ())
    if analysis is None or not removals:
        return document
    if {RemovalScope.ALL.value, RemovalScope.TEXT.value} & set(removals):
        document = {name: part for name, part in document.items() if name != "earlier"}
    if RemovalScope.ALL.value in removals:
        return document | {"analysis": {"order": analysis["order"], "fact": None}}
    fact = dict(analysis["fact"])
    item = dict(fact["item"])
    if RemovalScope.TEXT.value in removals:
        item |= {"text": "", "title": None, "section": None}
        item |= {"links": [], "images": [], "segments": []}
        fact |= {"matches": [], "mentions": [], "quotes": [], "incidents": []}
    if RemovalScope.AUTHOR.value in removals:
        item |= {"author": {"display": None, "pseudonym": None, "is_institution": False}}
    return document | {"analysis": {"order": analysis["order"], "fact": fact | {"item": item}}}
