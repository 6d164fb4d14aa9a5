"""Which page next: hosts take turns, and each has its own pause and its own limit.

A source that floods the queue delays only itself.
"""

from __future__ import annotations

import heapq
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import count

from services.ingest.targets import Target

MAX_HOSTS = 1_000  # remembered for their pauses, beyond those with pages waiting


@dataclass(slots=True)
class Host:
    """The pages of one host: `ready_at` of the next request, in seconds of the caller's clock."""

    pages: list[tuple[float, int, Target]] = field(default_factory=list)
    ready_at: float = 0.0
    in_flight: int = 0

    def due_at(self) -> float:
        """Return when the first page may be asked for."""
        return max(self.ready_at, self.pages[0][0])


@dataclass(slots=True)
class FairQueue:
    """Targets in memory, none twice; *limit* tells how many requests a host takes at once."""

    limit: Callable[[str], int]
    _hosts: dict[str, Host] = field(default_factory=dict)
    _turns: deque[str] = field(default_factory=deque)
    _present: set[str] = field(default_factory=set)
    _order: count[int] = field(default_factory=count)

    def __len__(self) -> int:
        return len(self._present)

    def __contains__(self, entry_id: object) -> bool:
        return entry_id in self._present

    def push(self, target: Target, not_before: float = 0.0) -> bool:
        """Add *target*; False where it is already waiting."""
        if target.entry_id in self._present:
            return False
        host = self._hosts.setdefault(target.host, Host())
        if not host.pages:
            self._turns.append(target.host)
        heapq.heappush(host.pages, (not_before, next(self._order), target))
        self._present.add(target.entry_id)
        return True

    def pop(self, now: float) -> Target | None:
        """Take the next page whose host may be asked *now*; `finish` gives its place back."""
        for _ in range(len(self._turns)):
            name = self._turns.popleft()
            host = self._hosts[name]
            if not self._has_room(name) or host.due_at() > now:
                self._turns.append(name)
                continue
            _, _, target = heapq.heappop(host.pages)
            host.in_flight += 1
            if host.pages:
                self._turns.append(name)
            self._present.discard(target.entry_id)
            return target
        return None

    def finish(self, host_name: str, ready_at: float) -> None:
        """Note that a request to the host ended; the next may begin at *ready_at*."""
        host = self._hosts[host_name]
        host.in_flight -= 1
        host.ready_at = max(host.ready_at, ready_at)
        if len(self._hosts) > MAX_HOSTS:
            self._forget_idle_hosts(ready_at)

    def _has_room(self, name: str) -> bool:
        return self._hosts[name].in_flight < self.limit(name)

    def _forget_idle_hosts(self, now: float) -> None:
        for name, host in list(self._hosts.items()):
            if not host.pages and not host.in_flight and host.ready_at <= now:
                del self._hosts[name]

    def due_at(self) -> float | None:
        """Return when the next page may be asked for, or None where none may."""
        waiting = (self._hosts[name] for name in self._turns if self._has_room(name))
        return min((host.due_at() for host in waiting), default=None)

    def drop(self, source_id: str) -> int:
        """Forget the waiting pages of a source and return how many there were."""
        before = len(self._present)
        for name, host in list(self._hosts.items()):
            kept = [page for page in host.pages if page[2].source_id != source_id]
            self._present -= {
                page[2].entry_id for page in host.pages if page[2].source_id == source_id
            }
            heapq.heapify(kept)
            host.pages = kept
            if not kept and name in self._turns:
                self._turns.remove(name)
        return before - len(self._present)
