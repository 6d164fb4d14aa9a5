"""What is said of outlets over days: each change once, whoever notices it, after any restart."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

import pytest
from prometheus_client import REGISTRY

from services.ingest.announce import Announcer
from services.ingest.outlet_watch import OutletWatch
from services.ingest.output_store import OutputStore
from services.ingest.registry import ControlFact, Ownership, RegisteredOutlet
from services.ingest.source_states import SourceState, SourceStates
from services.ingest.statements import Statements
from shared.errors import TransientError
from shared.events import MediaOutletHealthChanged
from shared.health import Health as ServiceHealth
from shared.mongo import Database, client_of, connect
from shared.settings import Settings
from tests.factories.media import make_item, make_outlet
from tests.integration.ingest.outlets import OutletServer, RecordingPublisher, registry_of

FRIDAY = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
SOURCE = "xa-test-feed"


@pytest.fixture
async def database(settings: Settings) -> AsyncIterator[Database]:
    database = connect(settings, "ingest")
    yield database
    client_of(database).close()


@dataclass
class Desk:
    """An outlet under watch, with a clock that the test sets."""

    database: Database
    outlet: RegisteredOutlet
    publisher: RecordingPublisher = field(default_factory=RecordingPublisher)
    now: datetime = FRIDAY

    @property
    def statements(self) -> Statements:
        return Statements(self.database, self.publisher)

    @property
    def states(self) -> SourceStates:
        return SourceStates(self.database, "host:1")

    def restarted(self) -> OutletWatch:
        """Return a watch as a new process has it."""
        output = OutputStore(self.database)
        health = ServiceHealth("ingest")
        return OutletWatch(
            [self.outlet], output, self.states, self.statements, health, lambda: self.now
        )

    async def start(self) -> None:
        await Announcer(self.statements, lambda: self.now).announce([self.outlet])
        await self.states.register([SOURCE])

    async def publish(self, *hours_ago: float) -> None:
        outlet = make_outlet(outlet_id=self.outlet.outlet_id)
        times = [self.now - timedelta(hours=hours) for hours in hours_ago]
        items = [make_item(n, outlet=outlet, event_at=at) for n, at in enumerate(times)]
        await OutputStore(self.database).note(
            one.model_copy(update={"item_id": f"{one.event_at.timestamp():.0f}"}) for one in items
        )

    async def look(self) -> list[str]:
        """Look as a process that has just started, and return every health said so far."""
        await self.restarted().look()
        return [f"{one.health}" for one in self.said]

    @property
    def said(self) -> list[MediaOutletHealthChanged]:
        events = self.publisher.events
        return [one for one in events if isinstance(one, MediaOutletHealthChanged)]


@pytest.fixture
async def desk(database: Database, server: OutletServer) -> Desk:
    desk = Desk(database, registry_of(server).outlets[0])
    await desk.start()
    await desk.publish(*(hours for hours in range(1, 24 * 40)))
    return desk


async def test_silence_and_recovery_are_said_once_whatever_is_restarted(desk: Desk) -> None:
    assert await desk.look() == ["unknown", "healthy"]
    assert await desk.look() == ["unknown", "healthy"]
    desk.now += timedelta(hours=26)
    expected = ["unknown", "healthy", "silent"]
    assert await desk.look() == await desk.look() == expected
    silent = desk.said[-1]
    assert (silent.observed_items, silent.expected_items) == (0, 24.0)
    assert [day.isoformat() for day in silent.unusable_days] == ["2026-11-20", "2026-11-21"]
    await desk.publish(*(hours / 60 for hours in range(1, 24)))
    assert await desk.look() == [*expected, "healthy"]
    assert desk.said[-1].unusable_days == silent.unusable_days
    assert len({one.sequence for one in desk.said}) == 4


async def test_two_processes_say_a_change_once_and_a_kill_before_publishing_repeats_it(
    desk: Desk,
) -> None:
    desk.publisher.failure = TransientError("away")
    with pytest.raises(TransientError):
        await desk.restarted().look()
    desk.publisher.failure = None
    first = await desk.look()
    assert first == await desk.look() == ["unknown", "healthy"]
    said = await desk.statements.said([desk.outlet.outlet_id])
    before = said[desk.outlet.outlet_id]
    other = replace(before, recorded_at=desk.now + timedelta(seconds=1))
    assert await desk.statements.replace(other, before)
    assert not await desk.statements.replace(other, before)


async def test_source_that_fails_for_an_hour_makes_its_outlet_failing(desk: Desk) -> None:
    await desk.look()
    state = await claimed(desk)
    await desk.states.fail(state, desk.now, desk.now, "The server answered 503.")
    desk.now += timedelta(minutes=61)
    state = await claimed(desk)
    await desk.states.fail(state, desk.now, desk.now, "The server answered 503.")
    assert (await desk.look())[-1] == "failing"
    assert desk.said[-1].reason.endswith("The server answered 503.")
    assert [day.isoformat() for day in desk.said[-1].unusable_days] == ["2026-11-20"]
    assert REGISTRY.get_sample_value("tocsin_ingest_outlets", {"health": "failing"}) == 1.0
    assert REGISTRY.get_sample_value("tocsin_ingest_outlets", {"health": "healthy"}) == 0.0


async def claimed(desk: Desk) -> SourceState:
    state = await desk.states.claim(SOURCE, desk.now)
    assert state is not None
    return state


async def test_days_on_which_we_did_not_poll_teach_nothing_and_are_no_silence(desk: Desk) -> None:
    await desk.look()
    await desk.states.fail(await claimed(desk), desk.now, desk.now, "x")
    desk.now += timedelta(hours=30)
    await desk.states.fail(await claimed(desk), desk.now, desk.now, "x")
    await desk.database["sources"].update_one({"_id": SOURCE}, {"$set": {"failing_since": None}})
    assert (await desk.look())[-1] == "unknown"
    assert "did not read it" in desk.said[-1].reason
    assert [day.isoformat() for day in desk.said[-1].unusable_days] == ["2026-11-20", "2026-11-21"]


async def test_control_that_changes_on_a_day_is_said_on_that_day(desk: Desk) -> None:
    seized = ControlFact(
        controlled_by="xa-militia",
        from_on=(FRIDAY + timedelta(days=1)).date(),
        until_on=None,
        source="report",
        confidence="low",
    )
    ownership = Ownership(owner=(), control=(seized,))
    desk.outlet = desk.outlet.model_copy(update={"ownership": ownership})
    await desk.start()
    await desk.look()
    assert desk.said[-1].outlet.controlled_by is None
    desk.now += timedelta(hours=13)
    count = len(await desk.look())
    assert desk.said[-1].outlet.controlled_by == "xa-militia"
    assert len(await desk.look()) == count
