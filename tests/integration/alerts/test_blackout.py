"""A blackout from health events, on a real store."""

from __future__ import annotations

import random
from typing import Any

from shared.events import Health, MediaOutletHealthChanged, RuleKind
from tests.comparing import summarise
from tests.factories import at, make_health, make_outlet_state
from tests.integration.alerts.conftest import Desk


def said(number: int, health: Health, minutes: float, **outlet: Any) -> MediaOutletHealthChanged:
    return make_health(
        number,
        outlet=make_outlet_state(number, **outlet),
        health=health,
        since_at=at(minutes),
        period_from_at=at(minutes - 60),
        period_to_at=at(minutes),
    )


ELSEWHERE = [said(20 + n, Health.HEALTHY, -6000, country="XB") for n in range(2)]
SILENT = [said(n, Health.SILENT, 20 * n) for n in range(1, 4)]


async def test_three_silent_outlets_raise_one_signal_under_7_6(desk: Desk) -> None:
    await desk.deliver(*ELSEWHERE, *SILENT[:2])
    assert desk.signals == []
    await desk.deliver(SILENT[2])

    (signal,) = desk.last.values()
    assert signal.rule.kind is RuleKind.BLACKOUT
    assert signal.situation.indicators == ("7.6",)
    assert (signal.baseline.observed, signal.independent_owners) == (3, 3)
    assert {one.name for one in signal.confidence_parts} >= {"silent: xa-courier-1"}


async def test_order_and_repetition_never_matter(desk: Desk, twin: Desk) -> None:
    await desk.deliver(*ELSEWHERE, *SILENT)
    shuffled = [*ELSEWHERE, *SILENT] * 3
    random.Random(4).shuffle(shuffled)
    for one in shuffled:
        await twin.deliver(one)

    assert summarise(twin.last.values()) == summarise(desk.last.values()) != set()


async def test_our_own_outage_closes_what_it_had_raised(desk: Desk) -> None:
    await desk.deliver(*ELSEWHERE, *SILENT)
    await desk.deliver(*(said(20 + n, Health.FAILING, 5, country="XB") for n in range(2)))

    (signal,) = desk.last.values()
    assert signal.status == "closed"
    assert "ours may be cut" in (signal.correction_reason or "")
