from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from services.ingest.outlet_health import Output, Polling, assess, poisson_at_most
from services.ingest.outlet_watch import FAILING_AFTER, changed, polling_of
from services.ingest.source_states import PollHistory
from shared.events import Health, MediaOutletHealthChanged
from tests.factories.media import make_health

FRIDAY = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
WELL = Polling(sources=1, failing=0, last_success_at=FRIDAY)
PER_WEEKDAY = (24, 24, 24, 24, 24, 2, 2)  # Monday to Sunday: a newsroom that rests


def usual(begin: datetime, end: datetime, per_weekday: tuple[int, ...] = PER_WEEKDAY) -> Output:
    """Items spread evenly over the hours of each day from *begin* until before *end*."""
    return Output(hours=list(_hours(begin, end, per_weekday)))


def _hours(begin: datetime, end: datetime, per_weekday: tuple[int, ...]) -> Iterator[datetime]:
    day = begin.replace(hour=0)
    while day < end:
        count = per_weekday[day.weekday()]
        for number in range(count):
            at = day + timedelta(hours=24 * number // count)
            if begin <= at < end:
                yield at
        day += timedelta(days=1)


def weeks_before(end: datetime, weeks: int = 6) -> datetime:
    return (end - timedelta(weeks=weeks)).replace(hour=0)


def judged(output: Output, now: datetime = FRIDAY, before: Health = Health.HEALTHY) -> Health:
    return assess(output, WELL, before, now).health


def test_outlet_as_usual_is_healthy() -> None:
    assert judged(usual(weeks_before(FRIDAY), FRIDAY)) == Health.HEALTHY


def test_outlet_without_items_for_a_day_is_silent_with_its_figures() -> None:
    found = assess(
        usual(weeks_before(FRIDAY), FRIDAY - timedelta(hours=25)), WELL, Health.HEALTHY, FRIDAY
    )
    assert (found.health, found.observed, found.expected) == (Health.SILENT, 0, 24.0)
    assert found.period_from_at == FRIDAY - timedelta(hours=24)
    assert "0 items in 24 hours, where 24 are usual" in found.reason


def test_day_of_rest_is_not_silence() -> None:
    sunday_night = datetime(2026, 11, 22, 23, 0, tzinfo=UTC)
    rested = usual(weeks_before(sunday_night), sunday_night)
    assert judged(rested, sunday_night) == Health.HEALTHY


def test_outlet_with_few_items_is_silent_only_after_days() -> None:
    few, begin = (2,) * 7, weeks_before(FRIDAY)
    assert judged(usual(begin, FRIDAY - timedelta(days=1), few)) != Health.SILENT
    assert judged(usual(begin, FRIDAY - timedelta(days=8), few)) == Health.SILENT


def test_tenfold_output_surges_and_half_of_it_is_degraded() -> None:
    begin, day_ago = weeks_before(FRIDAY), FRIDAY - timedelta(hours=24)
    past = list(usual(begin, day_ago).hours)
    flood = past + [FRIDAY - timedelta(hours=1)] * 240
    trickle = past + [FRIDAY - timedelta(hours=1)] * 6
    assert judged(Output(flood)) == Health.SURGING
    assert judged(Output(trickle)) == Health.DEGRADED


@pytest.mark.parametrize(
    ("items", "before", "expected"),
    [
        (44, Health.HEALTHY, Health.HEALTHY),
        (44, Health.SURGING, Health.SURGING),
        (15, Health.HEALTHY, Health.HEALTHY),
    ],
)
def test_outlet_at_the_border_does_not_change_back_and_forth(
    items: int, before: Health, expected: Health
) -> None:
    past = list(usual(weeks_before(FRIDAY), FRIDAY - timedelta(hours=24)).hours)
    assert judged(Output(past + [FRIDAY - timedelta(hours=2)] * items), before=before) == expected


def test_new_outlet_is_unknown() -> None:
    assert judged(usual(FRIDAY - timedelta(days=10), FRIDAY)) == Health.UNKNOWN
    assert judged(Output([])) == Health.UNKNOWN


def test_days_of_an_outage_do_not_lower_what_is_expected() -> None:
    end = FRIDAY - timedelta(hours=25)
    hours = usual(weeks_before(FRIDAY), end).hours
    out = {(FRIDAY - timedelta(weeks=week, days=days)).date() for week in (1, 2) for days in (0, 1)}
    kept = [hour for hour in hours if hour.date() not in out]
    assert assess(Output(kept, unusable=out), WELL, Health.HEALTHY, FRIDAY).expected == 24.0


def test_time_in_which_we_did_not_look_is_not_called_silence() -> None:
    output = usual(weeks_before(FRIDAY), FRIDAY - timedelta(hours=25))
    missed = {FRIDAY.date()}
    found = assess(Output(output.hours, missed, missed), WELL, Health.HEALTHY, FRIDAY)
    assert found.health == Health.UNKNOWN


def history(name: str, failing_for: timedelta | None) -> PollHistory:
    since = None if failing_for is None else FRIDAY - failing_for
    return PollHistory(name, FRIDAY, since, "The server answered 503.", FRIDAY, ())


def test_outlet_whose_addresses_all_fail_is_failing_and_one_of_two_degrades() -> None:
    output = usual(weeks_before(FRIDAY), FRIDAY)
    down, up = history("a", FAILING_AFTER), history("b", None)
    brief = history("c", timedelta(minutes=59))
    found = assess(output, polling_of([down], 1, FRIDAY), Health.HEALTHY, FRIDAY)
    assert found.health == Health.FAILING
    assert found.reason.endswith("The server answered 503.")
    both = assess(output, polling_of([down, up], 2, FRIDAY), Health.HEALTHY, FRIDAY)
    assert both.health == Health.DEGRADED
    assert (
        assess(output, polling_of([brief], 1, FRIDAY), Health.HEALTHY, FRIDAY).health == "healthy"
    )


def test_outlet_that_is_not_polled_is_unknown() -> None:
    output = usual(weeks_before(FRIDAY), FRIDAY)
    assert assess(output, Polling(0, 0, None), Health.HEALTHY, FRIDAY).health == Health.UNKNOWN


def said(**overrides: Any) -> MediaOutletHealthChanged:
    fields: dict[str, Any] = {
        "health": Health.HEALTHY,
        "period_to_at": FRIDAY,
        "unusable_days": (),
        **overrides,
    }
    return make_health(**fields)


def test_same_health_on_the_same_days_is_not_said_again() -> None:
    found = assess(usual(weeks_before(FRIDAY), FRIDAY), WELL, Health.HEALTHY, FRIDAY)
    assert changed(said(), found, (), None, FRIDAY + timedelta(minutes=5)) is None


def test_silence_is_said_once_a_day_with_the_days_it_makes_unusable() -> None:
    output = usual(weeks_before(FRIDAY), FRIDAY - timedelta(hours=25))
    found = assess(output, WELL, Health.HEALTHY, FRIDAY)
    first = changed(said(), found, (), None, FRIDAY)
    assert first is not None
    assert first.unusable_days == (date(2026, 11, 19), date(2026, 11, 20))
    assert first.since_at == FRIDAY
    assert first.sequence > said().sequence
    later = FRIDAY + timedelta(hours=1)
    assert changed(first, assess(output, WELL, first.health, later), first.unusable_days, None,
                   later) is None  # fmt: skip


def test_clock_that_goes_back_still_gives_a_later_statement() -> None:
    found = assess(Output([]), WELL, Health.HEALTHY, FRIDAY)
    event = changed(said(), found, (), None, FRIDAY - timedelta(hours=3))
    assert event is not None
    assert event.sequence > said().sequence


def test_poisson_is_that_of_the_tables() -> None:
    assert poisson_at_most(0, 2.0) == pytest.approx(0.1353, abs=1e-4)
    assert poisson_at_most(3, 2.0) == pytest.approx(0.8571, abs=1e-4)
    assert poisson_at_most(5_000, 5_000.0) == pytest.approx(0.5, abs=0.01)
    assert poisson_at_most(0, 0.0) == 1.0
