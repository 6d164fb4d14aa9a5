"""Signals, alerts and outlets as the portal keeps them: the newest revision of each.

Each is stated anew and whole with every revision, so the newest wins and nothing is merged.
"""

from __future__ import annotations

from dataclasses import dataclass

from services.portal.accounts.visibility import Visibility
from shared.events import Event
from shared.mongo import Document


@dataclass(frozen=True, slots=True)
class Stated:
    """A fact that states its whole subject, with its place in the order of such facts."""

    event: Event
    order: int

    def apply(self, document: Document) -> Document:
        """Take the statement if it is newer than what is there."""
        if document.get("order", -1) >= self.order:
            return document
        return document | {"order": self.order, "fact": self.event.model_dump(mode="json")}


def signal_visibility(fact: Document) -> Visibility:
    """Return for whose eyes a signal is: whoever may see its country."""
    return Visibility(frozenset({fact["situation"]["country"]}))
