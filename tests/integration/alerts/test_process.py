"""The service as a process on a real broker, killed in the middle of its work."""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from datetime import timedelta

from aiokafka import AIOKafkaConsumer, TopicPartition

from deploy.local.stack import Stack
from shared.admin import prepare
from shared.errors import TransientError
from shared.events import (
    AlertReleased,
    Event,
    SignalRevised,
    SignalStatus,
    decode,
)
from shared.offsets import consumer_lag
from shared.publish import Outgoing, Publisher, connection, create_publisher
from shared.settings import Settings
from shared.topics import ALERTS, SIGNALS, Topic, subscription
from tests.engines import as_principal
from tests.factories import at, make_matched_analysis, make_removal, make_review

ALERTS_SUBSCRIPTION = subscription("alerts")
ITEMS = 400


@asynccontextmanager
async def process(stack: Stack, settings: Settings) -> AsyncIterator[asyncio.subprocess.Process]:
    """Run the service until the block ends, then kill it without warning."""
    environment = stack.environment("alerts") | {
        "TOCSIN_NAMESPACE": settings.namespace,
        "TOCSIN_OPS_PORT": "0",
        "TOCSIN_ALERTS_COALESCE_SECONDS": "1",
    }
    running = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "services.alerts", env=os.environ | environment
    )
    try:
        yield running
    finally:
        if running.returncode is None:
            running.kill()
        await running.wait()


async def send(settings: Settings, principal: str, events: Sequence[Event]) -> None:
    """Publish as a principal, whose access rules a broker applies a moment after it took them."""
    async with create_publisher(as_principal(settings, principal), principal) as publisher:
        async with asyncio.timeout(30):
            while not await _sent(publisher, events):
                await asyncio.sleep(0.2)


async def _sent(publisher: Publisher, events: Sequence[Event]) -> bool:
    try:
        await publisher.publish([Outgoing(event, at(0)) for event in events])
    except TransientError:
        return False
    return True


async def lag(settings: Settings) -> int:
    try:
        return sum((await consumer_lag(settings, ALERTS_SUBSCRIPTION)).values())
    except TransientError:
        return -1


async def until(condition: Callable[[int], bool], settings: Settings) -> None:
    async with asyncio.timeout(60):
        while not condition(await lag(settings)):
            await asyncio.sleep(0.1)


async def read_all(settings: Settings, topic: Topic) -> list[tuple[str, bytes]]:
    """Return type and value of every record of a topic."""
    consumer = AIOKafkaConsumer(**connection(settings), auto_offset_reset="earliest")
    await consumer.start()
    try:
        name = topic.physical(settings.namespace)
        places = [TopicPartition(name, number) for number in range(topic.partitions)]
        consumer.assign(places)
        await consumer.seek_to_beginning(*places)
        ends = await consumer.end_offsets(places)
        found = []
        while any([await consumer.position(place) < ends[place] for place in places]):
            for records in (await consumer.getmany(timeout_ms=500)).values():
                found += [(dict(one.headers)["ce_type"].decode(), one.value) for one in records]
        return found
    finally:
        await consumer.stop()


async def test_killed_it_raises_one_signal_and_releases_one_alert(
    stack: Stack, settings: Settings
) -> None:
    """One kill: the broker waits for a dead member's session, half a minute each time."""
    await prepare(settings, [*ALERTS_SUBSCRIPTION.topics, SIGNALS, ALERTS])
    events = [make_matched_analysis(n) for n in range(1, ITEMS + 1)]
    await send(settings, "analysis", [*events, *events[:100]])

    async with process(stack, settings):
        await until(lambda left: 0 <= left < ITEMS, settings)
    async with process(stack, settings):
        await until(lambda left: left == 0, settings)
        signal = await _signal_with(settings, ITEMS)
        assert await read_all(settings, ALERTS) == []
        await send(settings, "portal", [*_approvals(signal)[:1] * 3])
        await send(settings, "portal", _approvals(signal))
        (released,) = await _alerts(settings, 1)
        await send(settings, "portal", [make_removal(1)])
        corrected = (await _alerts(settings, 2))[-1]

    assert (released.status, released.evidence_count) == (SignalStatus.RELEASED, ITEMS)
    assert (corrected.status, corrected.evidence_count) == (SignalStatus.CORRECTED, ITEMS - 1)


async def _alerts(settings: Settings, revisions: int) -> list[AlertReleased]:
    """Return the alerts once there are so many revisions; nothing else is on their topic."""
    async with asyncio.timeout(30):
        while True:
            found = await read_all(settings, ALERTS)
            assert {one for one, _ in found} <= {AlertReleased.TYPE}
            sent = {one.revision: one for one in (decode(AlertReleased, v) for _, v in found)}
            if len(sent) == revisions:
                return [sent[number] for number in sorted(sent)]
            await asyncio.sleep(0.2)


async def _signal_with(settings: Settings, evidence: int) -> SignalRevised:
    """Return the newest revision once it has so much evidence; revisions never contradict."""
    async with asyncio.timeout(60):
        while True:
            found = [decode(SignalRevised, value) for _, value in await read_all(settings, SIGNALS)]
            assert len({one.signal_id for one in found}) <= 1
            newest = max(found, key=lambda one: one.revision, default=None)
            if newest is not None and newest.evidence_count == evidence:
                _assert_no_revision_twice(found)
                return newest
            await asyncio.sleep(0.3)


def _assert_no_revision_twice(found: Sequence[SignalRevised]) -> None:
    """A revision may be sent again after a kill, but only as the same fact."""
    contents: dict[int, str] = {}
    for one in found:
        assert contents.setdefault(one.revision, one.model_dump_json()) == one.model_dump_json()


def _approvals(signal: SignalRevised) -> list[Event]:
    return [
        make_review(
            number,
            subject_id=signal.signal_id,
            subject_revision=signal.revision,
            recorded_at=signal.revised_at + timedelta(seconds=number),
        )
        for number in (1, 2)
    ]
