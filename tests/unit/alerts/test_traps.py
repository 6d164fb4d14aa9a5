"""Ways in which counting goes wrong, each with the answer that is wanted."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from services.alerts.detect import evaluate
from services.alerts.rules import Reference, Rule, Threshold
from services.alerts.series import Sighting
from tests.unit.alerts.building import (
    AT_ONCE,
    DAY,
    ITEMS,
    THRESHOLD,
    before,
    counts,
    passage,
    quiet_past,
    sighting,
)

EIGHT = [sighting(n) for n in range(1, 9)]
MONTHS = 120  # days


def asking(**overrides: Any) -> Rule:
    return THRESHOLD.model_copy(update={"definition": Threshold(**overrides)})


def said(day: int, number: int, seen: Sighting) -> Sighting:
    """Build another text of an outlet, some days ago."""
    return replace(seen, item_id=f"{day:016x}{number:016x}", cluster_id=f"{day}-{number}")


def test_outage_an_ordinary_day_after_days_without_items_is_no_wave() -> None:
    past = quiet_past(8)
    for day in range(7, 30):
        past["before"][before(day)], past["read"][before(day)] = (), {}

    assert not evaluate(THRESHOLD, counts(*EIGHT, **past)).holds


def test_outage_failing_outlets_do_not_lower_what_is_usual() -> None:
    past = quiet_past(8)
    failing = [before(day) for day in range(7, 30)]
    for day in failing:
        past["before"][day] = ()
    unusable = frozenset((f"outlet-{n}", day) for n in (901, 902) for day in failing)

    taught = evaluate(THRESHOLD, counts(*EIGHT, **past))
    spared = evaluate(THRESHOLD, counts(*EIGHT, **past, unusable=unusable))
    assert not spared.holds
    assert taught.expected / taught.observed < 0.5 < spared.expected / spared.observed


def test_flood_of_ordinary_news_hides_no_wave() -> None:
    past = quiet_past(1)
    flooded = {sighting(901).reader: 40 * ITEMS}
    past["read"][DAY] = past["read"][DAY] | flooded
    verdict = evaluate(THRESHOLD, counts(*EIGHT, **past))

    assert verdict.holds
    assert verdict.expected < 2


def test_flood_that_says_more_is_what_is_noticed() -> None:
    past = quiet_past(1)
    outlet = sighting(901, owner_id="radio")
    past["read"][DAY] = {outlet.reader: 40 * ITEMS}
    many = [replace(said(0, n, outlet), owner_id=f"owner-{n % 2}") for n in range(200)]

    assert evaluate(THRESHOLD, counts(*many, **past)).holds


def test_exposure_more_articles_are_not_more_incitement() -> None:
    past = quiet_past(2)
    today = [said(0, n, sighting(901 + n % 2)) for n in range(8)]
    past["read"][DAY] = {one.reader: 2 * ITEMS for one in today}
    usual = evaluate(THRESHOLD, counts(*today, **past))
    past["read"][DAY] = {one.reader: ITEMS // 2 for one in today}
    fewer = evaluate(THRESHOLD, counts(*today, **past))

    assert not usual.holds
    assert fewer.holds
    assert usual.expected == pytest.approx(4 * fewer.expected, rel=0.01)


@pytest.mark.parametrize("days", [4, 29])
def test_late_arrival_counts_on_its_own_day_and_says_how_late(days: int) -> None:
    late = [replace(one, fetched_at=one.event_at + timedelta(days=days)) for one in EIGHT]
    verdict = evaluate(THRESHOLD, counts(*late, **quiet_past()))

    assert verdict.holds
    assert verdict.late_by == timedelta(days=days)


def test_agency_copy_printed_by_everybody_is_one_text() -> None:
    copies = [replace(one, cluster_id="agency") for one in EIGHT]
    verdict = evaluate(THRESHOLD, counts(*copies, **quiet_past()))

    assert not verdict.holds
    assert verdict.observed == 1


def test_always_incites_raises_at_once_every_day_of_a_year() -> None:
    station = sighting(901)
    past = {before(day): (said(day, 1, station),) for day in range(1, 366)}

    for day in (0, 100, 364):
        today = (said(0, 1, station),) if not day else past[before(day)]
        assert evaluate(AT_ONCE, replace(counts(*today), day=before(day), before=past)).holds


def test_always_incites_stays_beside_an_ordinary_reference() -> None:
    past = quiet_past(0.2, days=300)
    for day in range(1, 200):
        past["before"][before(day)] = tuple(said(day, n, sighting(901 + n % 2)) for n in range(4))
    ordinary = Reference(first_on=before(290), last_on=before(230))
    today = [said(0, n, sighting(901 + n % 2)) for n in range(5)]
    past["read"][DAY] = dict.fromkeys((one.reader for one in today), ITEMS)

    assert not evaluate(asking(minimum_count=5), counts(*today, **past)).holds
    fixed = evaluate(asking(minimum_count=5, reference=ordinary), counts(*today, **past))
    assert fixed.holds
    assert fixed.series.endswith("reference")


def test_slow_climb_is_seen_against_months_ago() -> None:
    past = quiet_past(1, days=MONTHS)
    for day in range(60):  # from one a day to five in two months
        texts = 1 + round(4 * (60 - day) / 60)
        past["before"][before(day)] = tuple(
            said(day, n, sighting(901 + n % 2)) for n in range(texts)
        )
    today = past["before"].pop(DAY)
    past["read"][DAY] = dict.fromkeys((one.reader for one in today), ITEMS)
    verdict = evaluate(THRESHOLD, counts(*today, **past))

    assert verdict.holds
    assert verdict.series.endswith("reference")


def test_a_burst_does_not_hide_the_next_one() -> None:
    past = quiet_past(1)
    past["before"][before(12)] = tuple(said(12, n, sighting(901)) for n in range(40))
    verdict = evaluate(THRESHOLD, counts(*EIGHT, **past))

    assert verdict.holds
    assert verdict.expected < 2


def test_a_burst_is_not_raised_again_on_the_days_after_it() -> None:
    past = quiet_past(1)
    past["before"][before(1)] = tuple(said(1, n, sighting(901 + n % 2)) for n in range(40))
    after = [sighting(1), sighting(2)]
    past["read"][DAY] = dict.fromkeys((one.reader for one in after), ITEMS)

    assert not evaluate(THRESHOLD, counts(*after, **past)).holds


def test_a_language_moves_on_its_own() -> None:
    past = quiet_past(10)
    somali = [replace(one, language="so") for one in EIGHT]
    for day in range(1, 61):
        spoken = {replace(somali[n].reader): ITEMS for n in (0, 1)}
        past["read"][before(day)] = past["read"][before(day)] | spoken
    past["read"][DAY] = {sighting(901).reader: 3 * ITEMS} | {
        one.reader: ITEMS // 4 for one in somali
    }
    ordinary = [said(0, n, sighting(901)) for n in range(8)]
    verdict = evaluate(THRESHOLD, counts(*ordinary, *somali, **past))

    assert verdict.holds
    assert verdict.series == "language=so|1 day|recent weeks"


def test_a_short_series_borrows_its_countrys_history_and_says_so() -> None:
    past = quiet_past(1)
    amharic = [replace(one, language="am") for one in EIGHT]
    past["read"][DAY] = dict.fromkeys((one.reader for one in amharic), 2)
    other = [replace(said(0, n, sighting(901)), passages=(passage(n, strength=0.5),)) for n in (1,)]
    verdict = evaluate(asking(indicators=("11.4",)), counts(*amharic, *other, **past))

    assert verdict.holds
    assert verdict.pooled == (not verdict.series.startswith("all"))


def test_the_more_series_are_watched_the_more_surprising_one_must_be() -> None:
    past = quiet_past(1)
    few = [said(0, n, sighting(901 + n % 2)) for n in range(5)]
    past["read"][DAY] = dict.fromkeys((one.reader for one in few), ITEMS)
    chance = evaluate(THRESHOLD, counts(*few, **past)).probability
    assert chance is not None

    one_series = evaluate(asking(false_discovery_rate=0.9), counts(*few, **past))
    watched = 1 + 1 + 1 + len(Threshold().indicators)  # four of them are the same texts
    just = asking(false_discovery_rate=chance * watched / 4 * 0.9)
    assert one_series.holds
    assert not evaluate(just, counts(*few, **past)).holds
