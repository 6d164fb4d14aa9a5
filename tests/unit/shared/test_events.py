from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from shared.errors import EventTooLargeError, PermanentError, UndecodableEventError
from shared.events import (
    EVENT_CLASSES,
    EVENTS_BY_TYPE,
    MAX_EVENT_BYTES,
    MAX_INGESTED_BYTES,
    AlertReleased,
    Correction,
    Event,
    MediaItemIngested,
    Medium,
    OwnerKind,
    Segment,
    SignalRevised,
    Term,
    analysis_sequence,
    decode,
    encode,
)
from tests import factories
from tests.factories import (
    at,
    make_analysis,
    make_evidence,
    make_health,
    make_item,
    make_match,
    make_outlet,
    make_place,
    make_signal,
    make_story,
    make_subscription,
)

FACTORIES = [getattr(factories, name) for name in factories.__all__ if name.startswith("make_")]
MADE = [made for make in FACTORIES if isinstance(made := make(), Event)]


def test_there_is_a_factory_for_every_type() -> None:
    assert {type(made) for made in MADE} == set(EVENT_CLASSES)


@pytest.mark.parametrize("make", FACTORIES, ids=lambda make: make.__name__)
def test_equal_calls_build_equal_parts(make: Any) -> None:
    assert make() == make()


@pytest.mark.parametrize("event", MADE, ids=lambda event: event.TYPE)
def test_event_survives_the_way_through_bytes(event: Event) -> None:
    assert decode(EVENTS_BY_TYPE[event.TYPE], encode(event)) == event


@given(st.text(alphabet=st.characters(codec="utf-8"), max_size=60))
def test_any_text_survives_the_way_through_bytes(text: str) -> None:
    assert decode(MediaItemIngested, encode(make_item(text=text))).text == text


@pytest.mark.parametrize("vocabulary", Term.__subclasses__(), ids=lambda one: one.__name__)
def test_every_vocabulary_reads_new_words_as_unknown(vocabulary: Any) -> None:
    assert vocabulary("a word of 2031") == "unknown"
    with pytest.raises(ValueError, match="12"):
        vocabulary(12)


def test_nullable_fields_are_always_written() -> None:
    document = orjson.loads(encode(make_item(title=None)))
    assert set(document) == set(MediaItemIngested.model_fields)
    assert document["title"] is None
    assert document["links"] == []


def test_events_are_frozen_and_hashable() -> None:
    item = make_item()
    with pytest.raises(ValidationError, match="frozen"):
        item.revision = 2  # type: ignore[misc]  # which is what the test is about
    assert len({item, make_item(), make_item(2)}) == 2


def test_misspelt_field_is_refused_in_a_part() -> None:
    with pytest.raises(ValidationError, match="ownerkind"):
        make_outlet(ownerkind=OwnerKind.STATE)


def test_naive_time_is_refused() -> None:
    with pytest.raises(ValidationError, match="timezone"):
        make_item(event_at=datetime(2026, 3, 2))  # noqa: DTZ001


def test_time_is_converted_to_utc() -> None:
    nairobi = timezone(timedelta(hours=3))
    item = make_item(event_at=datetime(2026, 3, 2, 9, tzinfo=nairobi))
    assert item.event_at == datetime(2026, 3, 2, 6, tzinfo=UTC)
    assert orjson.loads(encode(item))["event_at"] == "2026-03-02T06:00:00Z"


@pytest.mark.parametrize("time", ["2026-03-02T06:00:00", 1772431200, "yesterday", None, ""])
def test_time_that_is_not_one_is_undecodable(time: Any) -> None:
    document = orjson.loads(encode(make_item())) | {"event_at": time}
    with pytest.raises(UndecodableEventError, match=r"^media\.item\.ingested\.v1: event_at: "):
        decode(MediaItemIngested, orjson.dumps(document))


def test_numbers_are_not_taken_from_strings() -> None:
    document = orjson.loads(encode(make_item())) | {"revision": "1"}
    with pytest.raises(UndecodableEventError, match="revision: Input should be a valid integer"):
        decode(MediaItemIngested, orjson.dumps(document))


def test_undecodable_event_names_the_nested_field_and_not_its_value() -> None:
    document = orjson.loads(encode(make_item()))
    document["outlet"]["country"] = "Atlantis"
    with pytest.raises(UndecodableEventError, match=r"outlet\.country") as caught:
        decode(MediaItemIngested, orjson.dumps(document))
    assert "Atlantis" not in str(caught.value)


@pytest.mark.parametrize(
    ("field", "wrong"),
    [
        ("strength", 1.01),
        ("strength", -0.01),
        ("strength", float("nan")),
        ("start", -1),
        ("end", 0),
        ("risk_factor", 0),
    ],
)
def test_match_out_of_range_is_refused(field: str, wrong: Any) -> None:
    with pytest.raises(ValidationError):
        make_match(**{"start": 5, field: wrong})


def test_empty_span_is_allowed_and_reversed_is_not() -> None:
    assert make_match(start=5, end=5).end == 5
    with pytest.raises(ValidationError, match="ends at 4, before it starts at 5"):
        make_match(start=5, end=4)


def test_segment_runs_forwards_in_the_recording() -> None:
    with pytest.raises(ValidationError, match="ends in the recording before it starts"):
        Segment(segment_id="s", start=0, end=1, start_seconds=2.0, end_seconds=1.0)


@pytest.mark.parametrize("span", [{"start": 1}, {"end": 1}, {"start": 2, "end": 1}])
def test_correction_has_a_whole_span_or_none(span: dict[str, int]) -> None:
    assert Correction(correct=True).start is None
    with pytest.raises(ValidationError, match="span"):
        Correction(correct=True, **span)


def test_declared_limits_hold() -> None:
    assert len(make_signal(evidence=[make_evidence()] * 200).evidence) == 200
    with pytest.raises(ValidationError, match="at most 200"):
        make_signal(evidence=[make_evidence()] * 201)
    with pytest.raises(ValidationError, match="at most 300"):
        make_evidence(quote="x" * 301)
    with pytest.raises(ValidationError, match="at most 5000"):
        make_story(item_ids=["i"] * 5001)
    with pytest.raises(ValidationError, match="at most 90"):
        make_health(unusable_days=[date(2026, 3, 2)] * 91)


@pytest.mark.parametrize("coordinates", [{"lat": 90.1}, {"lon": -180.1}])
def test_place_is_on_the_map(coordinates: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        make_place(**coordinates)


def test_item_over_its_limit_is_refused_by_its_producer() -> None:
    with pytest.raises(EventTooLargeError, match=str(MAX_INGESTED_BYTES)):
        encode(make_item(text="ع" * (MAX_INGESTED_BYTES // 2)))


def test_largest_item_leaves_room_for_its_analysis() -> None:
    item = make_item()
    room = MAX_INGESTED_BYTES - len(encode(item))
    largest = make_item(text=item.text + "x" * room)
    assert len(encode(largest)) == MAX_INGESTED_BYTES
    assert len(encode(make_analysis(item=largest))) < MAX_INGESTED_BYTES + 1_000 < MAX_EVENT_BYTES


def test_text_that_utf8_cannot_hold_is_a_permanent_error() -> None:
    with pytest.raises(PermanentError, match="not valid Unicode"):
        encode(make_item(title="half a pair: \ud800"))


def test_newer_text_comes_before_newer_model_in_the_sequence() -> None:
    assert analysis_sequence(1, 999_999) < analysis_sequence(2, 0) == 2_000_000
    with pytest.raises(ValueError, match="generation"):
        analysis_sequence(1, 1_000_000)


def test_later_statement_on_an_outlet_has_a_larger_sequence() -> None:
    earlier, later = make_health(), make_health(period_to_at=at(0) + timedelta(microseconds=1))
    assert later.sequence == earlier.sequence + 1


def test_subscriptions_with_other_content_have_another_sequence() -> None:
    assert make_subscription().sequence != make_subscription(enabled=False).sequence
    assert make_subscription().sequence == make_subscription().sequence


def test_alert_is_no_kind_of_signal() -> None:
    assert not issubclass(AlertReleased, SignalRevised)
    assert AlertReleased.model_fields.keys() == SignalRevised.model_fields.keys()


def test_medium_is_its_word() -> None:
    assert f"{Medium.RADIO}" == "radio"
