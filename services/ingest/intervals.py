"""How long to wait before a source is asked again, by what it publishes.

A source that brings much is asked more often, one that brings nothing less and less. Where
everything that it lists is new, something may have passed unseen between two polls.
"""

from __future__ import annotations

import re
from datetime import timedelta

SHORTEST = timedelta(minutes=10)
LONGEST = timedelta(hours=24)
MANY = 3  # new pages in one poll, from which on the wait is halved
FASTER, SLOWER = 0.5, 1.5
_MAX_AGE = re.compile(r"(?:^|[\s,])max-age\s*=\s*\"?(\d{1,9})", re.IGNORECASE)


def next_interval(last: timedelta, found: int, listed: int, least: timedelta) -> timedelta:
    """Return the wait after a poll that *found* new pages among those *listed*.

    *last* is the wait before it; *least* is the shortest that the registry allows.
    """
    shortest = max(least, SHORTEST)
    if listed and found == listed:
        return shortest
    if found >= MANY:
        last *= FASTER
    elif found == 0:
        last *= SLOWER
    return min(max(last, shortest), LONGEST)


def fresh_for(cache_control: str | None) -> timedelta:
    """Return how long the server calls its answer fresh (`max-age`), at most a day."""
    found = _MAX_AGE.search(cache_control or "")
    if found is None or re.search(r"no-(cache|store)", cache_control or "", re.IGNORECASE):
        return timedelta()
    return min(timedelta(seconds=int(found.group(1))), LONGEST)
