"""How many requests one asker may send: a bucket of tokens each, refilled steadily.

Counted in this process's memory: a limit against floods needs no more, and nothing of who
asked is kept longer than its bucket takes to refill.
"""

from __future__ import annotations

import math
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass

MOST_ASKERS = 20_000


@dataclass(slots=True)
class Bucket:
    """What an asker may still send, as of a moment."""

    tokens: float
    at: float


class RateLimit:
    """A bucket an asker, of *per_minute* tokens."""

    def __init__(self, per_minute: int, clock: Callable[[], float] = time.monotonic) -> None:
        self._size = float(per_minute)
        self._clock = clock
        self._buckets: OrderedDict[str, Bucket] = OrderedDict()

    def wait_seconds(self, asker: str) -> int:
        """Take a token; return 0, or in how many whole seconds there will be one."""
        now = self._clock()
        bucket = self._buckets.pop(asker, None) or Bucket(self._size, now)
        self._buckets[asker] = bucket  # now the most recent
        if len(self._buckets) > MOST_ASKERS:
            self._buckets.popitem(last=False)
        refilled = bucket.tokens + (now - bucket.at) * self._size / 60
        bucket.tokens, bucket.at = min(self._size, refilled), now
        if bucket.tokens < 1:
            return math.ceil((1 - bucket.tokens) * 60 / self._size)
        bucket.tokens -= 1
        return 0
