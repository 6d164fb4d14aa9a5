"""Times as MongoDB keeps them."""

from __future__ import annotations

from datetime import datetime


def milliseconds(at: datetime) -> datetime:
    """Return *at* without what MongoDB drops, so that a fact reads the same when repeated."""
    return at.replace(microsecond=at.microsecond // 1000 * 1000)
