"""What is forgotten after a while, and what never is."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from services.alerts.store.sweep import KEEP, Sweep
from shared.events import Decision, SignalStatus
from shared.mongo import client_of, connect
from shared.settings import Settings
from tests.factories import (
    START,
    at,
    make_analysis,
    make_item,
    make_matched_analysis,
    make_removal,
    make_review,
)
from tests.integration.alerts.conftest import Desk

KEPT = KEEP.days
YEARS_AGO = at(-3 * 365 * 24 * 60)


def old(number: int) -> Any:
    """Build a reading from long ago, which raises nothing."""
    item = make_item(number, event_at=YEARS_AGO, fetched_at=YEARS_AGO, collection="backfill")
    return make_matched_analysis(number, item)


async def swept(settings: Settings, days: int) -> dict[str, set[str]]:
    """Sweep so many days after the start; return what is left, by collection."""
    database = connect(settings, "alerts")
    await Sweep(database).run(START.date() + timedelta(days=days))
    left = {
        name: {one["_id"] async for one in database[name].find({})}
        for name in ("items", "series_days", "outlet_hours")
    }
    client_of(database).close()
    return left


async def test_old_counts_go_when_no_window_looks_at_them_any_more(
    desk: Desk, settings: Settings
) -> None:
    await desk.deliver(old(1), make_analysis(item=make_item(2)))

    assert [len(keys) for keys in (await swept(settings, KEPT)).values()] == [2, 1, 2]
    await desk.wait(days=50)
    await desk.deliver(old(3))
    left = await swept(settings, KEPT + 1)
    assert left["items"] == {make_item(3).item_id}
    assert [len(left[name]) for name in ("series_days", "outlet_hours")] == [1, 1]
    assert not any((await swept(settings, KEPT + 51)).values())


async def test_a_chosen_period_is_kept_for_good(desk: Desk, settings: Settings) -> None:
    await desk.deliver(old(1))
    chosen = (YEARS_AGO.date(), YEARS_AGO.date())
    database = connect(settings, "alerts")
    await Sweep(database).run(START.date() + timedelta(days=KEPT + 1), [chosen])
    assert await database["series_days"].find_one({}) is not None
    client_of(database).close()


async def test_what_a_signal_rests_on_stays_with_it(desk: Desk, settings: Settings) -> None:
    await desk.deliver(make_matched_analysis())
    left = await swept(settings, 1000)
    assert [len(keys) for keys in left.values()] == [1, 1, 1]

    signal = desk.signals[-1]
    assess = {"decision": Decision.ASSESS, "recorded_at": desk.time[0]}
    await desk.deliver(make_review(1, subject_id=signal.signal_id, **assess))
    assert desk.signals[-1].status is SignalStatus.ASSESSED
    assert desk.signals[-1].evidence == signal.evidence


async def test_what_was_removed_is_remembered(desk: Desk, settings: Settings) -> None:
    await desk.deliver(make_removal())
    await desk.deliver(make_matched_analysis())
    await swept(settings, 1000)
    await desk.deliver(make_matched_analysis())

    assert desk.signals == []
