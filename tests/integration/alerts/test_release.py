"""From a signal to an alert: two people, and nothing but what they released."""

from __future__ import annotations

import asyncio
import random
from itertools import count
from typing import Any

import pytest

from services.alerts.rules import AtOnce
from shared.errors import TransientError
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
    analysis_sequence,
)
from shared.settings import Settings
from tests.factories import (
    at,
    make_item,
    make_match,
    make_matched_analysis,
    make_place,
    make_removal,
    make_review,
)
from tests.integration.alerts.conftest import SHIPPED, Desk, opened

_numbers = count(1)
EMBARGOED = tuple(
    rule.model_copy(update={"definition": AtOnce(embargo_hours=24)})
    for rule in SHIPPED
    if isinstance(rule.definition, AtOnce)
)


def review(desk: Desk, actor: int, **overrides: Any) -> ReviewRecorded:
    """Build a review of the signal as it now is, recorded now."""
    signal = desk.signals[-1]
    defaults = {
        "review_id": f"review-{next(_numbers)}",
        "subject_id": signal.signal_id,
        "subject_revision": signal.revision,
        "actor_id": f"account-{actor}",
        "recorded_at": desk.time[0],
    }
    return make_review(actor, **(defaults | overrides))


async def released(desk: Desk, **overrides: Any) -> None:
    await desk.deliver(make_matched_analysis())
    for actor in (1, 2):
        await desk.wait(minutes=1)
        await desk.deliver(review(desk, actor, **overrides))


async def test_two_people_release_a_signal(desk: Desk) -> None:
    await released(desk)

    (alert,) = desk.alerts
    assert (alert.change, alert.status) == (SignalChange.RELEASED, SignalStatus.RELEASED)
    assert alert.tlp is Tlp.GREEN
    assert alert.correction_reason is None
    assert [one.actor_id for one in alert.release.approvals] == ["reviewer-1", "reviewer-2"]


async def test_a_correction_before_the_release_corrects_nothing_outside(desk: Desk) -> None:
    await desk.deliver(make_matched_analysis())
    await desk.wait(minutes=1)
    await desk.deliver(review(desk, 3, decision=Decision.CORRECT, note="Another dialect."))
    for actor in (1, 2):
        await desk.wait(minutes=1)
        await desk.deliver(review(desk, actor))

    assert [one.correction_reason for one in desk.alerts] == [None]


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


async def test_new_words_leave_only_when_two_have_read_them(desk: Desk) -> None:
    await released(desk)
    first = desk.alerts[-1]
    await desk.wait(minutes=2)
    item = make_item(2, fetched_at=desk.time[0])
    match = make_match(item, indicator="7.14", risk_factor=7)
    await desk.deliver(
        make_matched_analysis(2, item, match=match, places=[make_place(2)]),
        make_matched_analysis(places=[make_place(1)], analysis_sequence=analysis_sequence(1, 9)),
    )
    await desk.wait(minutes=2)

    more = desk.alerts[-1]
    assert (len(desk.signals[-1].evidence), len(desk.signals[-1].places)) == (2, 2)
    assert (more.evidence_count, more.independent_owners) == (2, 2)
    same = first.evidence, first.situation.indicators, first.places
    assert (more.evidence, more.situation.indicators, more.places) == same

    await desk.deliver(review(desk, 1))
    assert desk.alerts[-1].evidence == first.evidence
    await desk.deliver(review(desk, 3))
    again = desk.alerts[-1]
    assert (len(again.evidence), again.situation.indicators) == (2, ("11.4", "7.14"))
    assert len(again.places) == 2


async def test_what_only_one_of_two_has_read_does_not_leave(desk: Desk) -> None:
    same_owner = make_item(1).outlet
    await desk.deliver(make_matched_analysis())
    await desk.deliver(review(desk, 1))
    await desk.wait(minutes=2)
    await desk.deliver(make_matched_analysis(2, make_item(2, outlet=same_owner)))
    await desk.wait(minutes=2)
    await desk.deliver(review(desk, 2))

    (alert,) = desk.alerts
    assert [one.item_id for one in alert.evidence] == [make_item(1).item_id]
    assert alert.evidence_count == 2


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


async def test_restricted_evidence_names_and_notes_stay_inside(desk: Desk) -> None:
    hidden = make_item(2, restricted=True, outlet=make_item(1).outlet)
    await desk.deliver(make_matched_analysis(2, hidden))
    await released(desk)
    await desk.wait(minutes=1)
    note = "Our reader doubts the second line."
    await desk.deliver(review(desk, 3, decision=Decision.CORRECT, note=note))

    assert desk.signals[-1].correction_reason == note
    assert desk.alerts[-1].correction_reason == "Corrected after review."
    assert {one.item_id for one in desk.alerts[-1].evidence} == {make_item(1).item_id}
    sent = "".join(one.model_dump_json() for one in desk.alerts)
    assert "account-" not in sent
    assert note not in sent


async def test_nothing_that_leaves_is_computed_from_restricted_items(desk: Desk) -> None:
    hidden = make_item(2, restricted=True)
    match = make_match(hidden, indicator="7.14", risk_factor=7)
    places = [make_place(2, name="Velma")]
    await desk.deliver(make_matched_analysis(2, hidden, match=match, places=places))
    await desk.deliver(make_matched_analysis(places=[make_place(1)]))
    await desk.wait(minutes=2)
    for actor in (1, 2):
        await desk.deliver(review(desk, actor))

    inside, alert = desk.signals[-1], desk.alerts[-1]
    assert (len(inside.places), inside.independent_owners) == (2, 2)
    assert [one.name for one in alert.places] == ["Tellun"]
    assert (alert.situation.indicators, alert.situation.risk_factors) == (("11.4",), (11,))
    assert (alert.evidence_count, alert.independent_owners, alert.independent_texts) == (1, 1, 1)
    assert alert.baseline.observed == 1
    assert alert.confidence < inside.confidence


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


async def test_a_public_release_is_clear(desk: Desk) -> None:
    await released(desk, scope=ReleaseScope.PUBLIC)

    assert desk.alerts[-1].tlp is Tlp.CLEAR


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
    random.Random(3).shuffle(events)  # noqa: S311 - repeatable, not secret
    for event in events:
        await twin.deliver(event)
    await twin.wait(minutes=2)

    ended, again = desk.signals[-1], twin.signals[-1]
    assert (again.signal_id, again.status) == (ended.signal_id, ended.status)
    assert [one.match_id for one in again.evidence] == [one.match_id for one in ended.evidence]
