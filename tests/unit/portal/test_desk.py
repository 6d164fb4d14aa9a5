"""A weekly report: its form, its changes, and what keeps it from leaving."""

from collections.abc import Callable
from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.portal.accounts.model import Principal, Role
from services.portal.desk import editing
from services.portal.desk.changes import ClipRequest
from services.portal.desk.clipping import create_clip
from services.portal.desk.documents import as_docx
from services.portal.desk.form import GOVERNMENT, OTHER, PRIVATE, laid_out
from services.portal.desk.model import Clip, Report, ReportState
from services.portal.desk.readiness import obstacles
from services.portal.desk.redaction import REMOVED, redacted
from services.portal.desk.week import Week, parse_week, week_of
from services.portal.problems import ProblemError
from shared.events import OwnerKind
from tests.factories import make_item, make_matched_analysis, make_outlet

NOW = datetime(2026, 3, 10, 12, 0, tzinfo=UTC)
OFFICER = Principal("one", "one", frozenset({Role.DESK_OFFICER}), frozenset({"XA"}))
READER = Principal("two", "two", frozenset({Role.EDITOR}), frozenset({"XA"}))
ARABIC = "قال المتحدث إن الكلفاريين يجب أن يُطردوا."
TEXTS = ("Market reopens", "The speaker said that they must go.")


def clip(number: int = 1, language: str = "en", **overrides: object) -> Clip:
    item = make_item(number, outlet=make_outlet(number, **overrides))
    analysis = make_matched_analysis(number, item, language=language)
    return create_clip(analysis, ClipRequest(item_id=item.item_id), "one", NOW)


def report(*clips: Clip, **overrides: object) -> Report:
    first = Report(report_id="XA-2026-W11", country="XA", week="2026-W11")
    made = editing.add_topic(first, "Elections")
    for one in clips:
        made = editing.add_clip(made, one)
    return made.model_copy(update=overrides)


def ready(*clips: Clip) -> Report:
    made = editing.state_unread(report(*clips), ["All was read."])
    for one in clips:
        made = editing.edit_clip(made, one.clip_id, 1, "")
    return made


def test_week_runs_from_monday_to_sunday_across_the_year() -> None:
    assert week_of(date(2027, 1, 1)) == Week("2026-W53")
    assert (Week("2026-W53").first, Week("2026-W53").last) == (
        date(2026, 12, 28),
        date(2027, 1, 3),
    )
    assert parse_week("2025-W53") is None
    assert parse_week("2026-W00") is None
    assert parse_week("2026-w01") is None


@given(st.dates(date(2001, 1, 1), date(2199, 12, 20)))
def test_every_day_lies_in_its_week(day: date) -> None:
    week = week_of(day)
    assert week.first <= day <= week.last
    assert parse_week(week.name) == week


def test_form_puts_government_owned_before_private_before_other() -> None:
    kinds = (OwnerKind.PARTY, OwnerKind.PRIVATE, OwnerKind.STATE)
    clips = [clip(n, owner_kind=kind) for n, kind in enumerate(kinds, start=1)]
    (topic,) = laid_out(("Elections",), [one.model_copy(update={"topic": 1}) for one in clips])
    assert [one.title for one in topic.sections] == [GOVERNMENT, PRIVATE, OTHER]
    assert (topic.number, topic.title) == (1, "Elections")


def test_clip_names_the_bytes_that_it_is_from() -> None:
    assert clip(1).raw_sha256 == make_item(1).captures[0].raw_sha256


def test_match_is_clipped_with_the_sentence_around_it() -> None:
    analysis = make_matched_analysis(1)
    asked = ClipRequest(item_id=analysis.item.item_id, match_id=analysis.matches[0].match_id)
    made = create_clip(analysis, asked, "one", NOW)
    assert made.passage == (
        "A speaker on the square said that the Kelvari must be driven out before the rains."
    )
    assert made.indicators == ("11.4",)


def test_words_that_are_not_in_the_text_are_not_clipped() -> None:
    analysis = make_matched_analysis(1)
    with pytest.raises(ProblemError, match="Not in the text"):
        create_clip(analysis, ClipRequest(item_id="x", quote="They must go."), "one", NOW)
    selected = ClipRequest(item_id="x", quote="returned to\n the market")
    assert create_clip(analysis, selected, "one", NOW).passage == "returned to the market"


def test_restricted_item_stays_out_of_reports() -> None:
    analysis = make_matched_analysis(1, make_item(1, restricted=True))
    with pytest.raises(ProblemError, match="Restricted"):
        create_clip(analysis, ClipRequest(item_id="x"), "one", NOW)


def test_passage_clipped_twice_is_one() -> None:
    assert len(report(clip(1), clip(1), clip(2)).clips) == 2


def test_foreign_passage_needs_a_translation_that_a_second_reader_checked() -> None:
    arabic = clip(1, language="ar")
    made = ready(arabic)
    assert obstacles(made) == ("Clip 1, Arvane Courier 1: translate headline and passage.",)
    made = editing.translate(made, arabic.clip_id, TEXTS, OFFICER, NOW)
    assert "second reader" in obstacles(made)[0]
    with pytest.raises(ProblemError, match="second reader"):
        editing.check_translation(made, arabic.clip_id, TEXTS, OFFICER, NOW)
    made = editing.check_translation(made, arabic.clip_id, TEXTS, READER, NOW)
    assert obstacles(made) == ()


def test_unknown_language_counts_as_another() -> None:
    assert "translate" in obstacles(ready(clip(1, language="und")))[0]


def test_translation_touched_after_its_check_is_a_draft_again() -> None:
    arabic = clip(1, language="ar")
    made = editing.translate(ready(arabic), arabic.clip_id, TEXTS, OFFICER, NOW)
    checked = editing.check_translation(made, arabic.clip_id, TEXTS, READER, NOW)
    touched = editing.translate(checked, arabic.clip_id, (TEXTS[0], "Else."), OFFICER, NOW)
    assert "second reader" in obstacles(touched)[0]
    with pytest.raises(ProblemError, match="no translation"):
        editing.check_translation(touched, arabic.clip_id, TEXTS, READER, NOW)


def test_topic_box_and_items_that_are_gone_stand_against_publishing() -> None:
    one = clip(1)
    found = obstacles(report(one), gone={one.item_id})
    assert [words for words in ("topic", "removed", "box") if words in " ".join(found)] == [
        "topic",
        "removed",
        "box",
    ]


CHANGES: list[Callable[[Report], Report]] = [
    lambda one: editing.add_topic(one, "x"),
    lambda one: editing.remove_topic(one, 1),
    lambda one: editing.add_clip(one, clip(2)),
    lambda one: editing.remove_clip(one, one.clips[0].clip_id),
    lambda one: editing.edit_clip(one, one.clips[0].clip_id, 1, "x"),
    lambda one: editing.state_unread(one, ["x"]),
    lambda one: editing.submit(one, OFFICER, NOW),
]


@pytest.mark.parametrize("change", CHANGES)
@pytest.mark.parametrize("state", [ReportState.SUBMITTED, ReportState.PUBLISHED])
def test_nothing_changes_while_an_approver_looks_or_after(
    change: Callable[[Report], Report], state: ReportState
) -> None:
    with pytest.raises(ProblemError, match="Not open"):
        change(report(clip(1), state=state))


def test_topic_taken_away_moves_those_after_it_up() -> None:
    made = editing.add_topic(report(clip(1)), "Army")
    made = editing.edit_clip(made, made.clips[0].clip_id, 2, "")
    with pytest.raises(ProblemError, match="Topic in use"):
        editing.remove_topic(made, 2)
    made = editing.remove_topic(made, 1)
    assert (made.topics, made.clips[0].topic) == (("Army",), 1)


def test_published_edition_names_nobody_and_a_correction_adds_one_with_its_notice() -> None:
    arabic = clip(1, language="ar")
    made = editing.translate(ready(arabic), arabic.clip_id, TEXTS, OFFICER, NOW)
    made = editing.check_translation(made, arabic.clip_id, TEXTS, READER, NOW)
    codes = ("desk officer abcde", "approver fghjk")
    made = editing.publish(editing.submit(made, OFFICER, NOW), codes, NOW)
    assert "one" not in made.editions[0].model_dump_json().split('"')
    made = editing.begin_correction(made, "The date was wrong.")
    assert made.published is made.editions[0]
    made = editing.publish(editing.submit(made, OFFICER, NOW), codes, NOW)
    assert [one.notice for one in made.editions] == [None, "The date was wrong."]
    assert made.notices == (made.editions[1],)
    assert made.correcting is None


def test_words_of_a_removed_item_go_from_what_was_published() -> None:
    made = editing.publish(editing.submit(ready(clip(1)), OFFICER, NOW), ("a", "b"), NOW)
    (left,) = redacted(made.editions[0], {make_item(1).item_id}).clips
    assert (left.headline, left.passage, left.url) == (REMOVED, "", None)


def test_docx_runs_arabic_from_right_to_left() -> None:
    made = ready(clip(1, language="ar").model_copy(update={"passage": ARABIC}))
    published = editing.publish(editing.submit(made, OFFICER, NOW), ("a", "b"), NOW)
    assert as_docx(published, published.editions[0], "Arvane")[:2] == b"PK"
