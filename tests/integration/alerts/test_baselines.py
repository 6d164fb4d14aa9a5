"""The threshold on a real store: what teaches it, what it leaves out, and who may change it."""

from __future__ import annotations

import random
from datetime import UTC, datetime
from typing import Any

import pytest

from services.alerts.rules import BASELINE_DAYS
from shared.events import Collection, MediaItemAnalysed, SignalStatus
from tests.comparing import summarise
from tests.factories import (
    START,
    at,
    make_analysis,
    make_health,
    make_item,
    make_match,
    make_matched_analysis,
    make_outlet,
    make_outlet_state,
    make_rule,
)
from tests.integration.alerts.conftest import Desk

DAY_MINUTES = 24 * 60
TODAY = START.date()
# One text in ten items was usual, and today eight were read.
USUAL = pytest.approx(0.8, abs=0.05)


def speech(number: int, days_ago: int = 0, **overrides: Any) -> MediaItemAnalysed:
    """Build an item of outlet `number % 4` that speaks ill of the group without any call."""
    dated = {
        "event_at": at(number - DAY_MINUTES * days_ago),
        "outlet": make_outlet(number % 4 + 1),
        "collection": Collection.BACKFILL if days_ago else Collection.LIVE,
    }
    item = make_item(number, **(dated | overrides))
    match = make_match(item, indicator="7.14", risk_factor=7, hallmark="dehumanization")
    return make_matched_analysis(number, item, match=match)


def quiet(days: int = BASELINE_DAYS + 6) -> list[MediaItemAnalysed]:
    """Build ten readable items a day of two outlets, one of which matches."""
    return [
        one
        for day in range(1, days + 1)
        for one in (
            speech(10_000 + day, day, outlet=make_outlet(1)),
            *(
                make_analysis(item=make_item(20_000 + 10 * day + n, **_past(day, n)))
                for n in range(9)
            ),
        )
    ]


def wave(texts: int = 8) -> list[MediaItemAnalysed]:
    return [speech(n) for n in range(1, texts + 1)]


def loud() -> list[MediaItemAnalysed]:
    """Build six weeks with seven more texts a day: eight are then no wave."""
    days = range(1, BASELINE_DAYS + 7)
    return [speech(30_000 + 10 * day + n, day) for day in days for n in range(7)]


def _past(day: int, number: int) -> dict[str, Any]:
    return {
        "event_at": at(-DAY_MINUTES * day + number),
        "outlet": make_outlet(number % 2 + 1),
        "collection": Collection.BACKFILL,
    }


async def test_a_wave_above_the_recent_mean_raises_one_signal(desk: Desk) -> None:
    await desk.deliver(*quiet())
    await desk.deliver(*wave())

    (signal,) = desk.last.values()
    assert signal.rule.rule_id == "threshold"
    assert signal.baseline.observed == 8
    assert signal.baseline.expected == USUAL
    assert signal.baseline.exposure == BASELINE_DAYS
    assert not signal.baseline.pooled
    assert signal.baseline.probability is not None
    assert signal.baseline.probability < 0.001


async def test_a_past_that_arrives_afterwards_counts_the_same(desk: Desk) -> None:
    await desk.deliver(*wave())
    assert desk.signals == []
    await desk.deliver(*quiet())
    await desk.wait(minutes=2)

    (signal,) = desk.last.values()
    assert signal.baseline.observed == 8
    assert signal.baseline.expected == USUAL


async def test_a_past_that_was_as_loud_closes_the_signal(desk: Desk) -> None:
    await desk.deliver(*quiet())
    await desk.deliver(*wave())
    await desk.deliver(*loud())

    (signal,) = desk.last.values()
    assert signal.status is SignalStatus.CLOSED


async def test_a_loud_past_before_or_after_its_day_ends_the_same(desk: Desk, twin: Desk) -> None:
    live, past = [*wave(), make_matched_analysis(50)], [*quiet(), *loud()]
    await desk.deliver(*quiet())
    await desk.deliver(*live)
    await desk.deliver(*loud())
    shuffled = past * 3
    random.Random(5).shuffle(shuffled)
    for first in range(0, len(shuffled), 40):
        await twin.deliver(*shuffled[first : first + 40])
    await twin.deliver(*live)
    for one in (desk, twin):
        await one.wait(minutes=2)

    statuses = {one.rule.rule_id: one.status for one in desk.last.values()}
    assert statuses == {"threshold": SignalStatus.CLOSED, "at-once": SignalStatus.NEW}
    assert [one.rule.rule_id for one in twin.last.values()] == ["at-once"]
    assert summarise(twin.last.values()) == summarise(desk.last.values()) != set()


async def test_unreadable_items_are_no_exposure(desk: Desk) -> None:
    past = [one.model_copy(update={"readable": False, "matches": ()}) for one in quiet()]
    await desk.deliver(*past)
    await desk.deliver(*wave())

    assert desk.signals == []


async def test_unusable_days_leave_the_baseline_afterwards_too(desk: Desk) -> None:
    await desk.deliver(*quiet())
    await desk.deliver(*wave())
    days = [at(-DAY_MINUTES * day).date() for day in range(10, 14)]
    for number in (1, 2):
        await desk.deliver(
            make_health(number, outlet=make_outlet_state(number), unusable_days=days)
        )
    await desk.wait(minutes=2)

    (signal,) = desk.last.values()
    assert (signal.baseline.exposure, signal.baseline.excluded_days) == (BASELINE_DAYS - 4, 4)


@pytest.mark.parametrize("year", [1970, 2099])
async def test_impossible_dates_teach_nothing(desk: Desk, year: int) -> None:
    await desk.deliver(*quiet())
    dated = {"event_at": datetime(year, 1, 1, tzinfo=UTC), "fetched_at": at(-80 * DAY_MINUTES)}
    await desk.deliver(*(speech(5000 + n, 1, **dated) for n in range(30)))
    await desk.deliver(*wave())

    (signal,) = desk.last.values()
    assert signal.baseline.expected == USUAL


async def test_a_situation_that_goes_on_names_the_day_before(desk: Desk) -> None:
    await desk.deliver(*quiet())
    tomorrow = [
        speech(100 + n, -1, fetched_at=at(n + DAY_MINUTES), collection=Collection.LIVE)
        for n in range(8)
    ]
    await desk.deliver(*tomorrow)
    await desk.deliver(*wave())
    await desk.wait(minutes=2)

    first, second = sorted(desk.last.values(), key=lambda one: one.situation.window_from_at)
    assert (first.follows, second.follows) == (None, first.signal_id)


async def test_a_switched_off_rule_closes_what_nobody_touched(desk: Desk) -> None:
    await desk.deliver(make_matched_analysis())
    await desk.deliver(make_rule(2, rule_id="at-once", enabled=False))

    (signal,) = desk.last.values()
    assert signal.status is SignalStatus.CLOSED
    assert signal.correction_reason == "The rule was switched off."


async def test_a_rule_changed_later_leaves_earlier_days_alone(desk: Desk) -> None:
    await desk.deliver(make_matched_analysis())
    tomorrow = at(DAY_MINUTES)
    await desk.deliver(make_rule(2, rule_id="at-once", enabled=False, recorded_at=tomorrow))

    (signal,) = desk.last.values()
    assert signal.status is SignalStatus.NEW


async def test_a_faulty_rule_is_refused_and_the_rest_of_its_batch_is_not(desk: Desk) -> None:
    faulty = make_rule(2, rule_id="at-once", definition={"minimum_strength": 7})
    rejected = await desk.deliver(faulty, make_matched_analysis())

    assert list(rejected) == [0]
    assert len(desk.signals) == 1
