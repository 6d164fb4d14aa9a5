from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import count
from typing import Any, cast

import pytest
from structlog.testing import capture_logs

from services.ingest import patience, poller
from services.ingest.collectors import Listing
from services.ingest.outcomes import FetchError, Outcome
from services.ingest.poller import Poller
from services.ingest.registry import Source
from services.ingest.source_states import EPOCH, SourceState
from shared.consume import RetryPolicy
from shared.events import SourceKind
from shared.health import Health
from tests.unit.ingest.test_items import NOW, page


class RefusedError(Exception):
    """What a driver raises for a fault that nobody foresaw."""


def source(name: str) -> Source:
    url = f"https://news.example.org/{name}"
    return Source(source_id=name, kind=SourceKind.FEED, url=url, period_seconds=1)


@dataclass
class States:
    """A store that refuses every first call of each kind."""

    calls: Counter[str] = field(default_factory=Counter)

    def _called(self, name: str) -> None:
        self.calls[name] += 1
        if self.calls[name] == 1:
            raise RefusedError

    async def register(self, _ids: object) -> None:
        self._called("register")

    async def forget_future_polls(self, _ids: object, _now: object) -> None:
        self._called("forget")

    async def available(self, ids: Sequence[str], _now: object) -> dict[str, datetime]:
        self._called("available")
        return dict.fromkeys(ids, EPOCH)

    async def renew(self, ids: Sequence[str], _now: object) -> set[str]:
        self._called("renew")
        return set(ids)

    async def claim(self, source_id: str, _now: object) -> SourceState:
        self._called(f"claim {source_id}")
        return SourceState(source_id, EPOCH, None, None, None, None, None, has_work=False)

    async def release(self, _source_id: str) -> None:
        self._called("release")

    async def fail(self, state: SourceState, *_rest: object) -> None:
        self._called(f"fail {state.source_id}")


async def collect(source: Source, state: SourceState) -> AsyncIterator[Listing]:  # noqa: ARG001 - the shape
    if source.source_id == "odd":
        raise ValueError("odd")
    raise FetchError(Outcome.AWAY, "No answer.", is_final=False)
    yield  # what makes it an iterator


class Crawl:
    def is_idle(self, _source_id: str) -> bool:
        return True


async def test_unforeseen_failures_end_neither_the_poller_nor_other_sources(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(patience, "POLICY", RetryPolicy(first=0.001, longest=0.001))
    for name in ("TICK_SECONDS", "LOOK_SECONDS", "RENEW_SECONDS"):
        monkeypatch.setattr(poller, name, 0.001)
    states, seconds = States(), count(0, 2)
    one = Poller(
        sources={name: (page().outlet, source(name)) for name in ("odd", "good")},
        states=cast("Any", states),
        pages=cast("Any", None),
        collectors={SourceKind.FEED: collect},
        crawl=cast("Any", Crawl()),
        health=Health("ingest"),
        now=lambda: NOW + timedelta(seconds=next(seconds)),
        is_recorded=lambda _url: True,
    )
    with capture_logs():  # drawing the tracebacks would take seconds
        running = asyncio.create_task(one.run())
        async with asyncio.timeout(10):
            while min(states.calls[name] for name in ("fail good", "claim odd", "release")) < 3:
                assert not running.done()
                await asyncio.sleep(0.01)
    running.cancel()
    await asyncio.wait({running})
