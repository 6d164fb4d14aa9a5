"""When alerts are sent, by whom, and that each is sent once."""

from __future__ import annotations

import asyncio

import pytest

from shared.errors import TransientError
from shared.events import (
    Decision,
    SignalChange,
    SignalStatus,
)
from shared.settings import Settings
from tests.factories import (
    make_matched_analysis,
    make_removal,
)
from tests.integration.alerts.conftest import Desk, opened
from tests.integration.alerts.reviewing import EMBARGOED, released, review


async def test_an_embargo_holds_a_release_until_it_ends(settings: Settings) -> None:
    async with opened(settings, "alerts", EMBARGOED) as desk:
        await released(desk)
        assert desk.signals[-1].status is SignalStatus.RELEASED
        assert desk.alerts == []

        await desk.wait(hours=24)
        assert [one.change for one in desk.alerts] == [SignalChange.RELEASED]


async def test_what_is_withdrawn_under_embargo_never_leaves(settings: Settings) -> None:
    async with opened(settings, "alerts", EMBARGOED) as desk:
        await released(desk)
        await desk.deliver(review(desk, 1, decision=Decision.WITHDRAW))
        await desk.wait(hours=25)

        assert desk.alerts == []


async def test_a_crash_between_ledger_and_publish_still_sends_the_alert(desk: Desk) -> None:
    await desk.deliver(make_matched_analysis())
    reviews = [review(desk, 1), review(desk, 2)]
    desk.memory.away = True
    with pytest.raises(TransientError):
        await desk.deliver(*reviews)
    desk.memory.away = False
    await desk.deliver(*reviews)
    await desk.deliver(*reviews)

    assert len(desk.alerts) == 1


async def test_a_batch_and_the_clock_at_once_send_an_alert_once(settings: Settings) -> None:
    async with opened(settings, "alerts", EMBARGOED) as desk:
        await released(desk)
        desk.memory.slow = 0.2
        await asyncio.gather(desk.wait(hours=24), desk.deliver(make_matched_analysis()))

        assert len(desk.alerts) == 1


async def test_two_replicas_send_an_alert_once(desk: Desk, replica: Desk) -> None:
    await desk.deliver(make_matched_analysis())
    reviews = [review(desk, 1), review(desk, 2)]
    desk.memory.slow = replica.memory.slow = 0.5
    await asyncio.gather(desk.deliver(*reviews), replica.deliver(*reviews))

    assert len([*desk.alerts, *replica.alerts]) == 1


async def test_what_a_dead_replica_had_claimed_is_sent_when_its_lease_ends(
    desk: Desk, replica: Desk
) -> None:
    await desk.deliver(make_matched_analysis())
    reviews = [review(desk, 1), review(desk, 2)]
    desk.memory.away = True
    with pytest.raises(TransientError):
        await desk.deliver(*reviews)
    await replica.deliver(*reviews)
    assert replica.alerts == []

    await replica.wait(minutes=3)
    assert len(replica.alerts) == 1


async def test_a_full_replay_sends_nothing_again(desk: Desk) -> None:
    await desk.deliver(make_matched_analysis(), make_matched_analysis(2))
    reviews = [review(desk, 1), review(desk, 2)]
    await desk.deliver(*reviews)
    await desk.wait(minutes=2)
    await desk.deliver(make_removal(2))
    sent = len(desk.memory.sent)

    replay = [make_matched_analysis(), make_matched_analysis(2), *reviews, make_removal(2)]
    await desk.deliver(*replay)
    for event in replay:
        await desk.deliver(event)
    await desk.wait(minutes=5)

    assert len(desk.memory.sent) == sent
    assert desk.alerts[-1].change is SignalChange.CORRECTED
