"""From a signal to an alert: two people, and what they may take back."""

from __future__ import annotations

import random

import pytest

from services.alerts.rules import AtOnce
from shared.events import (
    Decision,
    ItemRemoved,
    MediaItemAnalysed,
    ReleaseScope,
    ReviewRecorded,
    Severity,
    SignalChange,
    SignalStatus,
    Tlp,
)
from shared.settings import Settings
from tests.factories import (
    at,
    make_item,
    make_matched_analysis,
    make_removal,
    make_review,
)
from tests.integration.alerts.conftest import SHIPPED, Desk, opened
from tests.integration.alerts.reviewing import released, review


async def test_two_people_release_a_signal(desk: Desk) -> None:
    await released(desk)

    (alert,) = desk.alerts
    assert (alert.change, alert.status) == (SignalChange.RELEASED, SignalStatus.RELEASED)
    assert alert.tlp is Tlp.GREEN
    assert alert.correction_reason is None
    assert [one.actor_id for one in alert.release.approvals] == ["reviewer-1", "reviewer-2"]


async def test_one_person_twice_releases_nothing(desk: Desk) -> None:
    await desk.deliver(make_matched_analysis())
    await desk.deliver(review(desk, 1))
    await desk.deliver(review(desk, 1))

    assert desk.alerts == []
    assert desk.signals[-1].status is SignalStatus.NEW


async def test_approvals_delivered_thrice_notify_once(desk: Desk) -> None:
    await desk.deliver(make_matched_analysis())
    reviews = [review(desk, 1), review(desk, 2)]
    for _ in range(3):
        await desk.deliver(*reviews)

    assert len(desk.alerts) == 1


async def test_approvals_that_arrive_before_the_signal_wait_for_it(desk: Desk, twin: Desk) -> None:
    await desk.deliver(make_matched_analysis())
    reviews = [review(desk, 1), review(desk, 2)]

    await twin.deliver(*reviews)
    assert twin.memory.sent == []
    await twin.deliver(make_matched_analysis())

    assert [one.status for one in twin.alerts] == [SignalStatus.RELEASED]


async def test_an_approval_lapses_when_the_severity_rises(desk: Desk) -> None:
    await desk.deliver(make_matched_analysis())
    first = review(desk, 1)
    await desk.deliver(first)
    await desk.wait(minutes=1)
    await desk.deliver(make_matched_analysis(2))
    assert desk.signals[-1].severity is Severity.EXTREME

    await desk.deliver(review(desk, 2))
    assert desk.alerts == []
    assert [one.actor_id for one in desk.signals[-1].release.approvals] == ["account-2"]

    await desk.deliver(review(desk, 1))
    assert [one.severity for one in desk.alerts] == [Severity.EXTREME]


async def test_a_higher_severity_leaves_only_when_two_approve_it_again(desk: Desk) -> None:
    await released(desk)
    await desk.wait(minutes=1)
    await desk.deliver(make_matched_analysis(2, make_item(2, fetched_at=desk.time[0])))

    assert desk.signals[-1].severity is Severity.EXTREME
    assert desk.alerts[-1].severity is Severity.SEVERE
    assert desk.alerts[-1].status is SignalStatus.UPDATED

    for actor in (1, 3):
        await desk.wait(minutes=1)
        await desk.deliver(review(desk, actor))

    alert = desk.alerts[-1]
    assert (alert.change, alert.severity) == (SignalChange.RELEASED, Severity.EXTREME)


async def test_a_public_release_is_clear(desk: Desk) -> None:
    await released(desk, scope=ReleaseScope.PUBLIC)

    assert desk.alerts[-1].tlp is Tlp.CLEAR


async def test_a_removal_corrects_what_was_released(desk: Desk) -> None:
    same_owner = make_item(1).outlet
    await desk.deliver(make_matched_analysis(2, make_item(2, outlet=same_owner)))
    await released(desk)
    await desk.wait(minutes=1)
    await desk.deliver(make_removal())

    alert = desk.alerts[-1]
    assert (alert.change, alert.status) == (SignalChange.CORRECTED, SignalStatus.CORRECTED)
    assert [one.item_id for one in alert.evidence] == [make_item(2).item_id]


@pytest.mark.parametrize("decision", [Decision.WITHDRAW, Decision.REVOKE])
async def test_one_person_takes_a_release_back(desk: Desk, decision: Decision) -> None:
    await released(desk)
    await desk.wait(minutes=1)
    await desk.deliver(review(desk, 2, decision=decision))

    ending = desk.alerts[-1]
    assert (ending.change, ending.status) == (SignalChange.WITHDRAWN, SignalStatus.WITHDRAWN)
    assert (ending.evidence, ending.correction_reason) == ((), "Withdrawn after review.")


async def test_signals_of_a_rule_whose_file_is_gone_are_still_withdrawn(settings: Settings) -> None:
    async with opened(settings, "alerts") as before:
        await before.deliver(make_matched_analysis(2, make_item(2, outlet=make_item(1).outlet)))
        await released(before)
        withdrawal = review(before, 2, decision=Decision.WITHDRAW, recorded_at=at(90))
    others = tuple(rule for rule in SHIPPED if not isinstance(rule.definition, AtOnce))
    async with opened(settings, "alerts", others) as after:
        after.time[0] = at(60)
        await after.deliver(make_removal(2))
        assert [one.item_id for one in after.alerts[-1].evidence] == [make_item(1).item_id]
        await after.deliver(withdrawal, make_matched_analysis(3, make_item(3, event_at=at(-3000))))

        assert after.alerts[-1].status is SignalStatus.WITHDRAWN
        assert len(after.last) == 1


@pytest.mark.parametrize("decision", [Decision.WITHDRAW, Decision.CLOSE])
async def test_an_ended_alert_sends_nothing_more(desk: Desk, decision: Decision) -> None:
    await released(desk)
    await desk.wait(minutes=1)
    await desk.deliver(review(desk, 2, decision=decision))
    await desk.wait(minutes=2)
    await desk.deliver(make_matched_analysis(2, make_item(2, fetched_at=desk.time[0])))
    await desk.wait(minutes=2)

    assert desk.signals[-1].evidence_count == 2
    assert [one.evidence == () for one in desk.alerts] == [False, True]


async def test_a_touched_signal_is_not_closed_by_the_service(desk: Desk) -> None:
    await desk.deliver(make_matched_analysis())
    await desk.deliver(review(desk, 1, decision=Decision.ASSESS))
    await desk.deliver(make_removal())

    assert desk.signals[-1].status is SignalStatus.ASSESSED


async def test_everything_thrice_and_shuffled_ends_the_same(desk: Desk, twin: Desk) -> None:
    await released(desk)
    await desk.wait(minutes=1)
    await desk.deliver(make_removal(7), make_matched_analysis(7))
    decided = [review(desk, 3, decision=Decision.CORRECT), review(desk, 4)]
    await desk.deliver(*decided)
    await desk.wait(minutes=2)
    reviews = [
        make_review(
            n, review_id=f"r{n}", subject_id=desk.signals[0].signal_id, recorded_at=at(30 + n)
        )
        for n in (1, 2)
    ]
    events: list[MediaItemAnalysed | ItemRemoved | ReviewRecorded] = [
        make_matched_analysis(),
        make_matched_analysis(7),
        make_removal(7),
        *reviews,
        *decided,
    ]
    events *= 3
    random.Random(3).shuffle(events)
    for event in events:
        await twin.deliver(event)
    await twin.wait(minutes=2)

    ended, again = desk.signals[-1], twin.signals[-1]
    assert (again.signal_id, again.status) == (ended.signal_id, ended.status)
    assert [one.match_id for one in again.evidence] == [one.match_id for one in ended.evidence]
