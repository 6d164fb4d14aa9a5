"""From analyses to signals on a real store."""

from __future__ import annotations

import asyncio
import random

import pytest

from shared.errors import TransientError
from shared.events import (
    MediaItemAnalysed,
    RemovalScope,
    SignalChange,
    SignalStatus,
    analysis_sequence,
)
from tests.comparing import summarise
from tests.factories import (
    at,
    make_analysis,
    make_item,
    make_matched_analysis,
    make_removal,
)
from tests.integration.alerts.conftest import Desk


async def test_one_call_in_one_item_raises_a_signal(desk: Desk) -> None:
    await desk.deliver(make_matched_analysis())

    (signal,) = desk.signals
    assert (signal.change, signal.status) == (SignalChange.RAISED, SignalStatus.NEW)
    assert signal.rule.rule_id == "at-once"
    assert "must be driven out" in signal.evidence[0].quote


async def test_an_item_without_matches_raises_nothing(desk: Desk) -> None:
    await desk.deliver(make_analysis())

    assert desk.memory.sent == []


async def test_a_thousand_items_of_one_incident_are_one_signal(desk: Desk) -> None:
    events = [make_matched_analysis(n) for n in range(1, 1001)]
    for first in range(0, 1000, 100):
        await desk.deliver(*events[first : first + 100])
    await desk.wait(minutes=2)

    (signal,) = desk.last.values()
    assert len(desk.signals) <= 3
    assert (signal.evidence_count, signal.independent_texts) == (1000, 1000)
    assert len(signal.evidence) == 200


async def test_delivered_three_times_and_shuffled_the_signals_are_the_same(
    desk: Desk, twin: Desk
) -> None:
    events = [*_situation(), *_revisions()]
    await desk.deliver(*events)
    await desk.wait(minutes=2)
    thrice = events * 3
    random.Random(7).shuffle(thrice)
    for first in range(0, len(thrice), 17):
        await twin.deliver(*thrice[first : first + 17])
    await twin.wait(minutes=2)

    assert summarise(twin.last.values()) == summarise(desk.last.values())


async def test_a_crash_between_store_and_publish_loses_no_event(desk: Desk) -> None:
    event = make_matched_analysis()
    desk.memory.away = True
    with pytest.raises(TransientError):
        await desk.deliver(event)
    desk.memory.away = False

    await desk.deliver(event)
    await desk.deliver(event)

    assert [one.change for one in desk.signals] == [SignalChange.RAISED]


async def test_two_workers_at_once_lose_nothing(desk: Desk, replica: Desk) -> None:
    events = [make_matched_analysis(n) for n in range(1, 61)]
    halves = events[::2], events[1::2]
    await asyncio.gather(
        *(
            one.deliver(*half[first : first + 5])
            for one, half in zip((desk, replica), halves, strict=True)
            for first in range(0, 30, 5)
        )
    )
    await desk.wait(minutes=2)

    sent = [*desk.signals, *replica.signals]
    assert len({one.signal_id for one in sent}) == 1
    assert max(sent, key=lambda one: one.revision).evidence_count == 60


async def test_evidence_is_gathered_to_one_revision_a_minute(desk: Desk) -> None:
    await desk.deliver(make_matched_analysis(1, make_item(1)))
    same_owner = make_item(1).outlet
    for number in range(2, 8):
        await desk.deliver(make_matched_analysis(number, make_item(number, outlet=same_owner)))
    assert len(desk.signals) == 1

    await desk.wait(seconds=61)

    assert [one.change for one in desk.signals] == [
        SignalChange.RAISED,
        SignalChange.EVIDENCE_ADDED,
    ]
    assert desk.signals[-1].evidence_count == 7


async def test_a_new_wording_without_the_passage_closes_the_untouched_signal(desk: Desk) -> None:
    await desk.deliver(make_matched_analysis())
    await desk.deliver(make_analysis(item=make_item(revision=2, text="All is calm in Tellun.")))

    (signal,) = desk.last.values()
    assert (signal.status, signal.evidence) == (SignalStatus.CLOSED, ())
    assert signal.correction_reason


async def test_an_older_analysis_that_arrives_later_changes_nothing(desk: Desk) -> None:
    await desk.deliver(make_analysis(item=make_item(revision=2, text="All is calm in Tellun.")))
    await desk.deliver(make_matched_analysis())

    assert desk.signals == []


async def test_an_item_with_another_day_moves_there(desk: Desk) -> None:
    await desk.deliver(make_matched_analysis())
    moved = make_item(revision=2, event_at=at(-24 * 60), fetched_at=at(5))
    await desk.deliver(make_matched_analysis(item=moved))

    by_day = {one.situation.window_from_at.date(): one.status for one in desk.last.values()}
    assert by_day == {
        at(0).date(): SignalStatus.CLOSED,
        at(-24 * 60).date(): SignalStatus.NEW,
    }


async def test_a_removed_item_leaves_the_evidence_and_never_returns(desk: Desk) -> None:
    await desk.deliver(make_matched_analysis())
    await desk.deliver(make_removal())
    await desk.deliver(make_matched_analysis())

    (signal,) = desk.last.values()
    assert (signal.status, signal.evidence) == (SignalStatus.CLOSED, ())


async def test_a_removal_before_its_item_holds(desk: Desk) -> None:
    await desk.deliver(make_removal())
    await desk.deliver(make_matched_analysis())

    assert desk.signals == []


async def test_a_removed_text_still_counts_without_its_words(desk: Desk) -> None:
    await desk.deliver(make_matched_analysis())
    await desk.deliver(make_removal(scope=RemovalScope.TEXT))
    await desk.deliver(make_matched_analysis())

    (signal,) = desk.last.values()
    assert signal.change is SignalChange.CORRECTED
    assert [one.quote for one in signal.evidence] == [""]


async def test_an_id_that_could_name_another_field_is_refused(desk: Desk) -> None:
    item = make_item().model_copy(update={"item_id": "items.x$"})
    event = make_matched_analysis()
    rejected = await desk.deliver(event.model_copy(update={"item": item}))

    assert list(rejected) == [0]


def _situation() -> list[MediaItemAnalysed]:
    """A fortnight with a text a day, then a day with eight by three owners."""
    past = [
        make_matched_analysis(100 + day, make_item(100 + day, **_on(day))) for day in range(1, 13)
    ]
    today = [make_matched_analysis(n, make_item(n)) for n in range(1, 9)]
    return past + today


def _revisions() -> list[MediaItemAnalysed]:
    """An item that moves to another day, one that is withdrawn, and one analysed anew."""
    moved = make_item(1, revision=2, event_at=at(-24 * 60))
    return [
        make_matched_analysis(1, moved),
        make_analysis(2, make_item(2, revision=2, text="Nothing of the kind.")),
        make_matched_analysis(3, analysis_sequence=analysis_sequence(1, 9)),
    ]


def _on(day: int) -> dict[str, object]:
    return {
        "event_at": at(-24 * 60 * day),
        "fetched_at": at(5),
        "collection": "backfill",
        "outlet": make_item(1).outlet,
    }
