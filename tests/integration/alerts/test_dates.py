"""Days that cannot be: their items are handled and count nowhere."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest

from tests.factories import (
    make_health,
    make_item,
    make_matched_analysis,
)
from tests.integration.alerts.conftest import Desk


@pytest.mark.parametrize(
    "times",
    [
        {"event_at": datetime.min.replace(tzinfo=UTC)},
        {"event_at": datetime(1, 1, 2, tzinfo=UTC)},
        {name: datetime.max.replace(tzinfo=UTC) for name in ("event_at", "fetched_at")},
    ],
)
async def test_a_disputed_day_counts_nowhere_and_its_item_is_handled(
    desk: Desk, times: dict[str, Any]
) -> None:
    disputed = make_matched_analysis(item=make_item(revision=2, **times))
    assert await desk.deliver(disputed) == {}
    assert desk.signals == []

    await desk.deliver(make_matched_analysis(2), make_matched_analysis(3))
    moved = make_matched_analysis(2, make_item(2, revision=2, **times))
    assert await desk.deliver(moved) == {}
    assert {one.item_id for one in desk.signals[-1].evidence} == {make_item(3).item_id}


async def test_a_disputed_day_of_an_outlet_is_passed_over(desk: Desk) -> None:
    days = [date.min, date.max]

    assert await desk.deliver(make_health(unusable_days=days)) == {}
