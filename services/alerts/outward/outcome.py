"""What became of one attempt to tell somebody, and when the next one follows."""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum

# The times between attempts that the Standard Webhooks specification suggests: three days in all.
PAUSES = (
    timedelta(seconds=5),
    timedelta(minutes=5),
    timedelta(minutes=30),
    timedelta(hours=2),
    timedelta(hours=5),
    timedelta(hours=10),
    timedelta(hours=14),
    timedelta(hours=20),
    timedelta(hours=24),
)


class Outcome(StrEnum):
    """How an attempt ended."""

    SENT = "sent"
    LATER = "later"  # nobody took it: it is tried again
    REFUSED = "refused"  # it will never be taken
    UNSURE = "unsure"  # it may have been taken, and a second one would be a second warning


def next_attempt(attempts: int, now: datetime) -> datetime | None:
    """Return when to try again after so many attempts, or None where that was the last."""
    return now + PAUSES[attempts - 1] if attempts <= len(PAUSES) else None
