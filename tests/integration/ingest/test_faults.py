"""Kills, races and absent engines: nothing is lost, nothing is told twice as something new."""

from __future__ import annotations

import asyncio
from collections import Counter
from contextlib import AsyncExitStack
from dataclasses import replace
from datetime import timedelta

from services.ingest.item_store import ItemStore
from services.ingest.resend import IN_HAND, Resender
from services.ingest.sandbox import Sandbox
from services.ingest.source_states import LEASE_SECONDS, SourceStates
from shared.errors import TransientError
from shared.health import Health
from shared.mongo import client_of, connect
from shared.settings import Settings
from tests.engines import free_port
from tests.integration.ingest.outlets import (
    OutletServer,
    RecordingPublisher,
    ingesting,
    until,
    utc_now,
)
from tests.integration.ingest.racing import page_read, settle_in_twenty_writers, settler
from tests.integration.ingest.test_way import documents


class Killed(BaseException):
    """Stands for kill -9: nothing of ours may catch it."""


async def test_event_is_sent_after_a_kill_between_store_and_publish(
    settings: Settings, server: OutletServer, publisher: RecordingPublisher, sandbox: Sandbox
) -> None:
    settings = settings.model_copy(update={"ops_port": 18_071})
    for number in range(5):
        server.publish(f"/{number}")
    async with ingesting(settings, server, publisher, sandbox) as task:
        await until(lambda: len(publisher.events) == 1)  # the outlet
        publisher.failure = Killed()
        await asyncio.wait({task}, timeout=20)
        assert task.done()
    stored = await documents(settings, "items")
    assert stored
    assert publisher.items == []
    publisher.failure = None
    async with ingesting(settings, server, publisher, sandbox):
        await until(lambda: len({item.item_id for item in publisher.items}) == 5)
    assert {item.revision for item in publisher.items} == {1}
    recorded = {one["_id"]: one["recorded_at"] for one in stored}
    for event, at in zip(publisher.events, publisher.recorded, strict=True):
        assert recorded.get(event.subject, at) == at  # the time of the fact, not of the repeat


async def test_event_of_a_page_that_is_gone_after_the_kill_is_sent(
    settings: Settings, server: OutletServer, publisher: RecordingPublisher, sandbox: Sandbox
) -> None:
    settings = settings.model_copy(update={"ops_port": free_port()})
    server.publish("/report")
    async with ingesting(settings, server, publisher, sandbox) as task:
        await until(lambda: len(publisher.events) == 1)  # the outlet
        publisher.failure = Killed()
        await asyncio.wait({task}, timeout=20)
        assert task.done()
    publisher.failure = None
    server.pages.clear()
    server.listed.clear()
    async with ingesting(settings, server, publisher, sandbox):
        await until(lambda: len(publisher.items) == 1)
        await until(lambda: server.count("/report") == 2)
    (stored,) = await documents(settings, "items")
    assert publisher.items[0].item_id == stored["_id"]
    assert publisher.recorded[-1] == stored["recorded_at"]


async def test_outbox_is_emptied_by_confirmation_and_by_age(
    settings: Settings, server: OutletServer, publisher: RecordingPublisher
) -> None:
    database = connect(settings, "ingest")
    one = settler(settings, ItemStore(database), publisher)
    resender = Resender(one.items, one.outbox, one.output, publisher, Health("ingest"), utc_now)
    page = page_read(server)
    await one.settle([page], await one.keep_evidence([page]))
    assert len(await documents(settings, "outbox")) == 1
    await resender.sweep(utc_now())
    assert await documents(settings, "outbox") == []
    assert len(publisher.items) == 1  # what was confirmed is not sent again
    await one.outbox.note({"young": 1}, utc_now())
    await one.outbox.note({"old": 1}, utc_now() - IN_HAND)
    await resender.sweep(utc_now())
    assert [document["_id"] for document in await documents(settings, "outbox")] == ["young|1"]
    one.captures.close()
    client_of(database).close()


async def test_absent_broker_is_waited_for_and_seen(
    settings: Settings, server: OutletServer, publisher: RecordingPublisher, sandbox: Sandbox
) -> None:
    health = Health("ingest")
    async with ingesting(settings, server, publisher, sandbox, health=health):
        await until(lambda: len(publisher.events) == 1)
        publisher.failure = TransientError("Kafka is away")
        server.publish("/report")
        await until(
            lambda: health.snapshot()["conditions"].get("pages", {}).get("state") == "waiting"
        )
        assert not health.ready
        publisher.failure = None
        await until(lambda: len(publisher.items) == 1)
        await until(lambda: health.ready)


async def test_absent_store_stops_fetching_instead_of_filling_memory(
    settings: Settings, server: OutletServer, publisher: RecordingPublisher, sandbox: Sandbox
) -> None:
    settings = settings.model_copy(update={"ingest_pages_in_flight": 5})
    for number in range(40):
        server.publish(f"/{number}")
    async with ingesting(settings, server, publisher, sandbox):
        await until(lambda: len(publisher.events) == 1)
        publisher.failure = TransientError("Kafka is away")
        await until(lambda: sum(server.count(f"/{number}") for number in range(40)) == 5)
        await asyncio.sleep(1)
        assert sum(server.count(f"/{number}") for number in range(40)) == 5
        publisher.failure = None
        await until(lambda: len(publisher.items) == 40)


async def test_twenty_writers_race_for_one_item(
    settings: Settings, server: OutletServer, publisher: RecordingPublisher
) -> None:
    server.publish("/report")
    results = await settle_in_twenty_writers(settings, server, publisher)
    (stored,) = await documents(settings, "items")
    assert stored["revision"] == 1
    assert Counter(one.revision for one in results) == {1: 20}
    assert {item.item_id for item in publisher.items} == {stored["_id"]}
    assert len({item.model_dump_json() for item in publisher.items}) == 1


async def test_two_schedulers_fetch_a_source_once_a_period(
    settings: Settings, server: OutletServer, sandbox: Sandbox
) -> None:
    for number in range(20):
        server.publish(f"/{number}")
    publishers = [RecordingPublisher(), RecordingPublisher()]
    async with AsyncExitStack() as stack:
        for number, publisher in enumerate(publishers):
            own = settings.model_copy(update={"ops_port": 18_000 + number})
            await stack.enter_async_context(ingesting(own, server, publisher, sandbox))
        started = utc_now()
        await until(lambda: server.count("/feed.xml") >= 5)
        elapsed = (utc_now() - started).total_seconds()
    assert server.count("/feed.xml") <= elapsed + 2
    assert [server.count(f"/{number}") for number in range(20)] == [1] * 20
    items = [item.item_id for publisher in publishers for item in publisher.items]
    assert len(items) == len(set(items)) == 20


async def test_lease_of_a_dead_process_is_taken_over_with_its_work(settings: Settings) -> None:
    database = connect(settings, "ingest")
    dead, heir = SourceStates(database, "dead:1"), SourceStates(database, "heir:1")
    now = utc_now()
    await dead.register(["s"])
    assert await dead.claim("s", now) is not None
    assert await heir.claim("s", now) is None
    assert await heir.available(["s"], now) == {}
    later = now + timedelta(seconds=LEASE_SECONDS + 1)
    state = await heir.claim("s", later)
    assert state is not None
    assert state.has_work
    assert await dead.renew(["s"], later) == set()
    await dead.fail(state, later, later + timedelta(days=9), "a stale write")
    kept = await heir.claim("s", later)
    client_of(database).close()
    assert kept is not None
    assert kept.next_poll_at < later


async def test_restarted_process_takes_its_lease_back_at_once(settings: Settings) -> None:
    database = connect(settings, "ingest")
    states = SourceStates(database, f"host:{free_port()}")
    await states.register(["s"])
    first = await states.claim("s", utc_now())
    again = await replace(states).claim("s", utc_now())
    client_of(database).close()
    assert first is not None
    assert again is not None
    assert (first.has_work, again.has_work) == (False, True)


async def test_clock_that_was_set_back_rests_no_source(
    settings: Settings, server: OutletServer, publisher: RecordingPublisher, sandbox: Sandbox
) -> None:
    server.publish("/first")
    async with ingesting(settings, server, publisher, sandbox):
        await until(lambda: len(publisher.items) == 1)
    later = utc_now() + timedelta(hours=1)
    polled = dict.fromkeys(("last_attempt_at", "last_success_at", "next_poll_at"), later)
    database = connect(settings, "ingest")
    await database["sources"].update_many({}, {"$set": polled})
    client_of(database).close()
    second = server.publish("/second")
    async with ingesting(settings, server, publisher, sandbox):
        await until(lambda: second in {item.url for item in publisher.items})
    assert not any(item.date_disputed for item in publisher.items)
