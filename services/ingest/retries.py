"""How long to wait before a page that had no usable answer is tried again, and how often."""

from __future__ import annotations

# Half a minute, two, eight, half an hour, two hours: an outage of a server of a day's
# length loses nothing that its feed still lists, since a changed entry is read anew.
FIRST_SECONDS = 30.0
FACTOR = 4
MAX_ATTEMPTS = 6
# The demonstration's own servers: no waits between requests, short ones after failures.
FIRST_SECONDS_ALLOWED = 0.5
MAX_ATTEMPTS_ALLOWED = 8
LAST_PAUSE = 4  # the attempt whose pause, half an hour, is the longest for faults of ours


def retry_pause_seconds(
    attempts: int, asked_seconds: float | None, *, is_allowed: bool
) -> float | None:
    """Return the pause after the *attempts*-th attempt in vain (from 1), or None to give up.

    *asked_seconds* is what the server asked for (`Retry-After`), already bounded.
    """
    if attempts >= (MAX_ATTEMPTS_ALLOWED if is_allowed else MAX_ATTEMPTS):
        return None
    first, factor = (FIRST_SECONDS_ALLOWED, 2) if is_allowed else (FIRST_SECONDS, FACTOR)
    return max(first * float(factor ** (attempts - 1)), asked_seconds or 0.0)
