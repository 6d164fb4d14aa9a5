"""What the two rules answer, and that order never matters."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.alerts.detect import evaluate, worth_a_baseline
from services.alerts.rules import Threshold
from services.alerts.series import Sighting
from shared.events import Certainty, OwnerKind, Severity, Urgency
from tests.unit.alerts.building import (
    AT_ONCE,
    ITEMS,
    THRESHOLD,
    before,
    counts,
    passage,
    quiet_past,
    reader,
    sighting,
)

EIGHT = [sighting(n) for n in range(1, 9)]


def test_one_call_is_enough() -> None:
    verdict = evaluate(AT_ONCE, counts(sighting()))

    assert verdict.holds
    assert (verdict.severity, verdict.urgency) == (Severity.SEVERE, Urgency.IMMEDIATE)
    assert verdict.certainty_said is Certainty.OBSERVED


@pytest.mark.parametrize("weak", [{"strength": 0.49}, {"hallmark": "dehumanization"}])
def test_what_is_no_strong_call_raises_nothing(weak: dict[str, Any]) -> None:
    assert not evaluate(AT_ONCE, counts(sighting(passages=(passage(**weak),)))).holds


def test_doubt_lowers_the_order_and_hides_nothing() -> None:
    sure = evaluate(AT_ONCE, counts(sighting()))
    doubted = evaluate(AT_ONCE, counts(sighting(passages=(passage(doubted=True),))))

    assert doubted.holds
    assert doubted.urgency is Urgency.EXPECTED
    assert doubted.confidence < sure.confidence


def test_ten_copies_are_one_text_and_one_owner_is_one_voice() -> None:
    copies = [sighting(n, cluster_id="wire", owner_id="one", outlet_id=f"o-{n}") for n in range(10)]
    verdict = evaluate(AT_ONCE, counts(*copies))

    assert (verdict.observed, verdict.independent_owners, verdict.evidence_count) == (1, 1, 10)


def test_outlets_without_a_known_owner_are_their_own() -> None:
    verdict = evaluate(AT_ONCE, counts(sighting(1, owner_id=None), sighting(2, owner_id=None)))

    assert verdict.independent_owners == 2


def test_backfill_raises_nothing() -> None:
    assert not evaluate(AT_ONCE, counts(sighting(backfill=True))).holds


@pytest.mark.parametrize(("days", "holds"), [(2, True), (29, True), (31, False)])
def test_a_late_item_raises_one_marked_late(days: int, holds: bool) -> None:
    item = sighting()
    late = replace(item, fetched_at=item.event_at + timedelta(days=days))
    verdict = evaluate(AT_ONCE, counts(late))

    assert verdict.holds is holds
    assert verdict.late_by == (timedelta(days=days) if holds else None)


def test_a_prompt_item_makes_a_late_signal_prompt() -> None:
    item = sighting(1)
    late = replace(item, fetched_at=item.event_at + timedelta(days=3))

    assert evaluate(AT_ONCE, counts(late, sighting(2))).late_by is None


def test_a_machine_transcript_is_likely_not_observed() -> None:
    verdict = evaluate(AT_ONCE, counts(sighting(heard=False)))

    assert verdict.certainty_said is Certainty.LIKELY


def test_a_rejected_match_no_longer_counts() -> None:
    rejected = frozenset({passage().match_id})

    assert not evaluate(AT_ONCE, counts(sighting(), rejected=rejected)).holds


def test_a_disabled_rule_holds_never() -> None:
    rule = AT_ONCE.model_copy(update={"enabled": False})

    assert not evaluate(rule, counts(sighting())).holds
    assert not worth_a_baseline(rule, counts(sighting()))


def test_evidence_shows_each_text_before_any_copy() -> None:
    flood = [sighting(n, cluster_id="flood") for n in range(1, 400)]
    alone = sighting(999, passages=(passage(999, strength=0.5),))
    verdict = evaluate(AT_ONCE, counts(*flood, alone))

    assert len(verdict.evidence) == 200
    assert verdict.evidence[1] == (alone.item_id, "match-999")


def test_a_day_above_its_own_mean_holds() -> None:
    verdict = evaluate(THRESHOLD, counts(*EIGHT, **quiet_past()))

    assert verdict.holds
    assert verdict.observed == 8
    assert verdict.expected == pytest.approx(1.0, abs=0.1)
    assert verdict.exposure_days == 42
    assert verdict.probability is not None
    assert verdict.probability < 1e-4
    assert verdict.series == "all|1 day|recent weeks"


@pytest.mark.parametrize(
    "today",
    [
        EIGHT[:4],
        [replace(one, owner_id="one") for one in EIGHT],
        [replace(one, cluster_id="wire") for one in EIGHT],
        [replace(one, base="foreign") for one in EIGHT],
        [replace(one, backfill=True) for one in EIGHT],
    ],
    ids=["few", "one owner", "one text", "foreign", "backfill"],
)
def test_what_is_no_wave_of_domestic_media_does_not_hold(today: list[Sighting]) -> None:
    assert not evaluate(THRESHOLD, counts(*today, **quiet_past())).holds


def test_an_ordinary_day_of_loud_media_does_not_hold() -> None:
    assert not evaluate(THRESHOLD, counts(*EIGHT, **quiet_past(texts_a_day=3))).holds


def test_without_a_past_there_is_no_answer() -> None:
    assert not evaluate(THRESHOLD, counts(*EIGHT)).holds


def test_days_without_items_are_left_out_not_zeros() -> None:
    past = quiet_past(2)
    for day in range(10, 20):
        del past["read"][before(day)], past["before"][before(day)]
    verdict = evaluate(THRESHOLD, counts(*EIGHT, **past))

    assert verdict.expected == pytest.approx(2.0, abs=0.1)
    assert (verdict.exposure_days, verdict.excluded_days) == (32, 10)


def test_unusable_days_leave_the_baseline() -> None:
    past = quiet_past(2)
    past["before"][before(10)] = ()
    unusable = frozenset({("outlet-901", before(10)), ("outlet-902", before(10))})
    verdict = evaluate(THRESHOLD, counts(*EIGHT, **past, unusable=unusable))

    assert verdict.expected == pytest.approx(2.0, abs=0.1)
    assert (verdict.exposure_days, verdict.excluded_days) == (41, 1)


def test_a_day_with_few_of_the_usual_outlets_is_an_outage() -> None:
    past = quiet_past(1)
    many = dict.fromkeys((reader(sighting(n)) for n in range(900, 910)), ITEMS)
    past["read"] = {day: many | read for day, read in past["read"].items()}
    past["read"][before(13)] = {reader(sighting(901)): ITEMS}
    verdict = evaluate(THRESHOLD, counts(*EIGHT, **past))

    assert verdict.excluded_days == 1


def test_a_side_compares_only_its_own_outlets() -> None:
    state = THRESHOLD.model_copy(update={"definition": Threshold(owner_kinds=(OwnerKind.STATE,))})

    assert not evaluate(state, counts(*EIGHT, **quiet_past())).holds
    today = [replace(one, owner_kind="state") for one in EIGHT]
    assert evaluate(state, counts(*today, **quiet_past())).exposure_days == 0


items = st.builds(
    sighting,
    st.integers(1, 40),
    cluster_id=st.sampled_from("abc"),
    owner_id=st.sampled_from([None, "x", "y"]),
    backfill=st.booleans(),
    passages=st.lists(
        st.builds(
            passage,
            st.integers(1, 9),
            strength=st.sampled_from([0.3, 0.5, 0.7, 0.9]),
            doubted=st.booleans(),
        ),
        max_size=3,
        unique_by=lambda one: one.match_id,
    ).map(tuple),
)


@given(st.lists(items, max_size=25, unique_by=lambda one: one.item_id), st.randoms())
def test_the_order_of_items_never_matters(today: list[Sighting], rng: random.Random) -> None:
    shuffled = today[:]
    rng.shuffle(shuffled)
    past = quiet_past()
    for rule in (AT_ONCE, THRESHOLD):
        assert evaluate(rule, counts(*shuffled, **past)) == evaluate(rule, counts(*today, **past))


@given(st.lists(items, max_size=25, unique_by=lambda one: one.item_id), items)
def test_a_further_item_never_ends_a_call(today: list[Sighting], further: Sighting) -> None:
    others = [one for one in today if one.item_id != further.item_id]
    if evaluate(AT_ONCE, counts(*others)).holds:
        assert evaluate(AT_ONCE, counts(*others, further)).holds


@given(st.lists(items, max_size=25, unique_by=lambda one: one.item_id))
def test_only_what_is_worth_a_baseline_can_hold(today: list[Sighting]) -> None:
    asked = counts(*today, **quiet_past())
    for rule in (AT_ONCE, THRESHOLD):
        assert worth_a_baseline(rule, asked) or not evaluate(rule, asked).holds
