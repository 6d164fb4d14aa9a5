"""The alerts service on a real store, with a clock and a publisher that the test holds."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from services.alerts.__main__ import create_deps
from services.alerts.handler import Deps, handle, look_at_due
from services.alerts.rule_files import load_rules
from services.alerts.rules import Rule
from shared.errors import TransientError
from shared.events import AlertReleased, Event, SignalRevised, encode
from shared.mongo import client_of, connect
from shared.publish import Outgoing
from shared.records import Record
from shared.settings import Settings
from tests.factories import at

SHIPPED = load_rules(Path("deploy/config/rules"))


@dataclass
class Memory:
    """A publisher that remembers, and fails when told to."""

    sent: list[Outgoing] = field(default_factory=list)
    away: bool = False
    slow: float = 0.0

    async def publish(self, outgoing: Sequence[Outgoing]) -> None:
        if self.away:
            raise TransientError("Kafka is away")
        await asyncio.sleep(self.slow)
        self.sent += outgoing


@dataclass
class Desk:
    """What a test does with the service: deliver events, let time pass, read what came out."""

    deps: Deps
    memory: Memory
    time: list[datetime]

    async def deliver(self, *events: Event) -> dict[int, Exception]:
        return dict(await handle(records_of(events), self.deps))

    async def wait(self, **length: float) -> None:
        self.time[0] += timedelta(**length)
        await look_at_due(self.deps)

    @property
    def signals(self) -> list[SignalRevised]:
        return [one.event for one in self.memory.sent if isinstance(one.event, SignalRevised)]

    @property
    def alerts(self) -> list[AlertReleased]:
        return [one.event for one in self.memory.sent if isinstance(one.event, AlertReleased)]

    @property
    def last(self) -> dict[str, SignalRevised]:
        return {one.signal_id: one for one in self.signals}


def records_of(events: Iterable[Event]) -> list[Record]:
    return [
        Record(one.TOPIC.name, 0, number, encode(one), one.TYPE, one.subject.encode())
        for number, one in enumerate(events)
    ]


@pytest.fixture
async def desk(settings: Settings) -> AsyncIterator[Desk]:
    async with opened(settings, "alerts") as one:
        yield one


@pytest.fixture
async def twin(settings: Settings) -> AsyncIterator[Desk]:
    """The same service again, with a store of its own."""
    async with opened(settings, "twin") as one:
        yield one


@pytest.fixture
async def replica(settings: Settings) -> AsyncIterator[Desk]:
    """A second worker on the store of the first."""
    async with opened(settings, "alerts") as one:
        yield one


@asynccontextmanager
async def opened(
    settings: Settings, database_name: str, rules: tuple[Rule, ...] = SHIPPED
) -> AsyncIterator[Desk]:
    database = connect(settings, database_name)
    memory, time = Memory(), [at(30)]
    deps = create_deps(settings, database, memory, rules, lambda: time[0])
    yield Desk(deps, memory, time)
    client_of(database).close()
