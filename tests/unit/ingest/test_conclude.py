from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, cast

import pytest

from services.ingest import patience
from services.ingest.conclude import Concluder
from services.ingest.items import PageRead
from services.ingest.outcomes import FetchError, Outcome
from services.ingest.page_store import Done
from services.ingest.reader import PageUnread
from services.ingest.targets import Target
from shared.consume import RetryPolicy
from shared.errors import EventTooLargeError, TransientError
from shared.events import Capture
from shared.health import Health
from tests.unit.ingest.test_items import CAPTURE, NOW, page


class RefusedError(Exception):
    """What a driver raises for a fault that nobody foresaw."""


@dataclass(frozen=True)
class Settled:
    page: PageRead

    def done(self, _at: object) -> Done:
        return Done(self.page.target, Outcome.INGESTED, "", self.page.target.known, NOW)


@dataclass
class Settler:
    """Raises `failures` one after the other, then settles."""

    failures: list[Exception] = field(default_factory=list)

    def now(self) -> Any:
        return NOW

    async def keep_evidence(self, pages: Sequence[PageRead]) -> list[Capture]:
        return [CAPTURE for _ in pages]

    async def settle(self, pages: Sequence[PageRead], _captures: object) -> list[Settled]:
        if self.failures:
            raise self.failures.pop(0)
        return [Settled(one) for one in pages]


@dataclass
class Pages:
    health: Health
    failures: list[Exception] = field(default_factory=list)
    done: list[Done] = field(default_factory=list)
    delayed: list[Target] = field(default_factory=list)
    seen: list[bool] = field(default_factory=list)

    async def finish(self, done: Sequence[Done]) -> None:
        self._fail()
        self.done += done

    async def delay(self, retried: Sequence[tuple[Target, str]]) -> None:
        self._fail()
        self.delayed += [target for target, _ in retried]

    def _fail(self) -> None:
        self.seen.append(self.health.ready)
        if self.failures:
            raise self.failures.pop(0)


class Rules:
    def is_allowed(self, _url: str) -> bool:
        return False


@pytest.fixture
def health() -> Health:
    return Health("ingest")


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(patience, "POLICY", RetryPolicy(first=0.001, longest=0.001))


def concluder(health: Health, settler: Settler, pages: Pages) -> Concluder:
    return Concluder(cast("Any", settler), cast("Any", pages), cast("Any", Rules()), health)


async def test_unforeseen_answer_of_the_store_delays_the_page_and_is_seen(health: Health) -> None:
    pages = Pages(health)
    one = concluder(health, Settler([RefusedError()]), pages)
    (later,) = await one.conclude([page()])
    assert pages.done == []
    assert pages.delayed == [later]
    assert later.next_at == NOW + timedelta(seconds=30)
    assert not health.ready
    assert await one.conclude([page()]) == []
    assert [done.outcome for done in pages.done] == [Outcome.INGESTED]
    assert health.ready


async def test_fault_of_ours_is_never_given_up(health: Health) -> None:
    pages = Pages(health)
    one = concluder(health, Settler(), pages)
    target = page().target
    for _ in range(30):
        away = FetchError(Outcome.AWAY, "No parsers.", is_ours=True)
        (target,) = await one.conclude([PageUnread(target, away, target.known)])
        assert target.next_at is not None
        assert target.next_at <= NOW + timedelta(hours=1)
    assert pages.done == []


async def test_failing_batch_is_settled_page_by_page(health: Health) -> None:
    pages = Pages(health)
    one = concluder(health, Settler([RefusedError(), RefusedError()]), pages)
    assert len(await one.conclude([page(), page("Other words.")])) == 1
    assert len(pages.done) == 1


async def test_page_whose_event_is_too_large_is_final(health: Health) -> None:
    pages = Pages(health)
    failures: list[Exception] = [EventTooLargeError("large"), EventTooLargeError("large")]
    assert await concluder(health, Settler(failures[:1]), pages).conclude([page()]) == []
    assert [done.outcome for done in pages.done] == [Outcome.TOO_LARGE]


@pytest.mark.parametrize("failure", [TransientError("away"), RefusedError()])
async def test_outcomes_are_kept_however_often_the_store_fails(
    health: Health, failure: Exception
) -> None:
    pages = Pages(health, failures=[failure] * 3)
    assert await concluder(health, Settler(), pages).conclude([page()]) == []
    assert [done.outcome for done in pages.done] == [Outcome.INGESTED]
    assert pages.seen == [True, False, False, False]  # it waited where operators look
    assert health.ready
