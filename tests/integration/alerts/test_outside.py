"""Nothing leaves but what two people have released."""

from __future__ import annotations

from shared.events import (
    Decision,
    analysis_sequence,
)
from tests.factories import (
    make_item,
    make_match,
    make_matched_analysis,
    make_place,
)
from tests.integration.alerts.conftest import Desk
from tests.integration.alerts.reviewing import released, review


async def test_a_correction_before_the_release_corrects_nothing_outside(desk: Desk) -> None:
    await desk.deliver(make_matched_analysis())
    await desk.wait(minutes=1)
    await desk.deliver(review(desk, 3, decision=Decision.CORRECT, note="Another dialect."))
    for actor in (1, 2):
        await desk.wait(minutes=1)
        await desk.deliver(review(desk, actor))

    assert [one.correction_reason for one in desk.alerts] == [None]


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
