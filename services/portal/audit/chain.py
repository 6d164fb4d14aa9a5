"""The chain of the audit log: pure.

The hash of an entry covers the hash of the one before it. Whoever changes or takes out an
entry must make every later one anew; so it is enough to have written down one number and its
hash elsewhere to prove that everything up to there is untouched.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime

BEGINNING = "0" * 64


@dataclass(frozen=True, slots=True)
class Deed:
    """What is recorded: who did what to what, and when; never words that were searched."""

    actor_id: str
    action: str
    subject: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Entry:
    """A deed with its place in the chain."""

    number: int
    deed: Deed
    previous: str
    hash: str


def entry_after(number: int, previous: str, deed: Deed) -> Entry:
    """Return the entry that follows *number* with *deed*."""
    return Entry(number + 1, deed, previous, hash_of(number + 1, previous, deed))


def hash_of(number: int, previous: str, deed: Deed) -> str:
    """Return the SHA-256 of an entry in one form of writing it: JSON without spaces."""
    at = deed.at.astimezone(UTC).isoformat(timespec="milliseconds")
    parts = [number, previous, at, deed.actor_id, deed.action, deed.subject]
    written = json.dumps(parts, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(written.encode()).hexdigest()


def first_break(entries: Iterable[Entry]) -> str | None:
    """Return what is wrong at the first place where the chain does not hold, or None."""
    number, previous = 0, BEGINNING
    for one in entries:
        if one.number != number + 1:
            return f"Entry {number + 1} is missing: after {number} comes {one.number}."
        if one.previous != previous:
            return f"Entry {one.number} does not follow the one before it."
        if one.hash != hash_of(one.number, one.previous, one.deed):
            return f"Entry {one.number} was changed after it was written."
        number, previous = one.number, one.hash
    return None
