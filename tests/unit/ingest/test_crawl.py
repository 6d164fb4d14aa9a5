from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, cast

import pytest

from services.ingest.crawl import Crawl
from services.ingest.outcomes import FetchError, Outcome
from services.ingest.reader import PageUnread, Reading
from services.ingest.targets import Target
from shared.events import Collection

NOW = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)


def target(number: int) -> Target:
    return Target(
        entry_id=f"e{number}",
        source_id="s",
        outlet_id="o",
        url=f"https://news.example.org/{number}",
        native_id=None,
        title=None,
        published_at=None,
        digest="d",
        collection=Collection.LIVE,
        previous_success_at=None,
        discovered_at=NOW,
    )


@dataclass
class Reader:
    """Ends the first reading of every page with `failure`, the next with an outcome."""

    failure: BaseException
    seen: set[str] = field(default_factory=set)

    @property
    def fetcher(self) -> Any:
        return self

    def now(self) -> datetime:
        return NOW

    async def read(self, one: Target, _outlet: object) -> Reading:
        if one.entry_id not in self.seen:
            self.seen.add(one.entry_id)
            raise self.failure
        return PageUnread(one, FetchError(Outcome.GONE, "Not there."), one.known)


@dataclass
class Concluder:
    done: list[Outcome] = field(default_factory=list)

    async def conclude(self, readings: Sequence[Reading]) -> list[Target]:
        unread = [one for one in readings if isinstance(one, PageUnread)]
        self.done += [one.error.outcome for one in unread if one.error.is_final]
        return [one.target for one in unread if not one.error.is_final]


@dataclass
class Rules:
    failures: list[Exception] = field(default_factory=list)

    def pause_seconds(self, _url: str) -> float:
        if self.failures:
            raise self.failures.pop()
        return 0.0

    def requests_per_host(self, _host: str) -> int:
        return 1


async def until(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(10):
        while not condition():
            await asyncio.sleep(0.01)


@pytest.mark.parametrize("failure", [asyncio.CancelledError(), ValueError("odd"), KeyError("o")])
async def test_reading_that_ends_badly_gives_its_place_back(failure: BaseException) -> None:
    concluder = Concluder()
    crawl = Crawl(
        reader=cast("Any", Reader(failure)),
        concluder=cast("Any", concluder),
        rules=cast("Any", Rules()),
        outlets=cast("Any", {"o": None}),
        pages_in_flight=1,
    )
    running = asyncio.create_task(crawl.run())
    crawl.push(target(number) for number in range(3))
    await until(lambda: crawl.is_idle("s"))
    assert concluder.done == [Outcome.GONE] * 3
    running.cancel()
    await asyncio.wait({running})


async def test_failure_after_the_reading_gives_the_place_back() -> None:
    loop = asyncio.get_running_loop()
    told: list[object] = []
    loop.set_exception_handler(lambda _loop, context: told.append(context["exception"]))
    concluder = Concluder()
    crawl = Crawl(
        reader=cast("Any", Reader(ValueError("odd"), {"e0", "e1"})),
        concluder=cast("Any", concluder),
        rules=cast("Any", Rules([ValueError("no address")])),
        outlets=cast("Any", {"o": None}),
        pages_in_flight=1,
    )
    running = asyncio.create_task(crawl.run())
    crawl.push([target(0), target(1)])
    await until(lambda: crawl.is_idle("s"))
    assert concluder.done == [Outcome.GONE] * 2
    assert len(told) == 1
    running.cancel()
    await asyncio.wait({running})
