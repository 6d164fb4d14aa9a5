"""What changed between two wordings of an item, word by word."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from difflib import SequenceMatcher
from typing import Literal

from services.portal.items.model import ItemAnswer

# Comparing takes time by the product of both lengths: beyond this, the longer texts are cut.
MOST_WORDS = 4000
_PIECES = re.compile(r"\S+\s*|\s+")

Kind = Literal["same", "added", "removed"]


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of text that both wordings have, or one of them."""

    kind: Kind
    text: str


@dataclass(frozen=True, slots=True)
class Revision:
    """An earlier wording, and what the next one made of it."""

    number: int
    fetched_at: datetime
    text_sha256: str
    title: tuple[Piece, ...]
    text: tuple[Piece, ...]


def compared(answer: ItemAnswer) -> tuple[Revision, ...]:
    """Return the earlier wordings of an item, newest first, each against its successor."""
    item = answer.analysis.item
    title, text = item.title, item.text
    found = []
    for before in answer.revisions:
        found.append(
            Revision(
                number=before.number,
                fetched_at=before.fetched_at,
                text_sha256=before.text_sha256,
                title=difference(before.title or "", title or ""),
                text=difference(before.text, text),
            )
        )
        title, text = before.title, before.text
    return tuple(found)


def difference(before: str, after: str) -> tuple[Piece, ...]:
    """Return what both have and what only one has, in the order of reading."""
    return tuple(_pieces(_split(before), _split(after)))


def _split(text: str) -> list[str]:
    return _PIECES.findall(text)[:MOST_WORDS]


def _pieces(before: list[str], after: list[str]) -> Iterator[Piece]:
    matcher = SequenceMatcher(None, before, after, autojunk=False)
    for operation, a, b, c, d in matcher.get_opcodes():
        if operation == "equal":
            yield Piece("same", "".join(before[a:b]))
            continue
        if b > a:
            yield Piece("removed", "".join(before[a:b]))
        if d > c:
            yield Piece("added", "".join(after[c:d]))
