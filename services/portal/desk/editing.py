"""What people may change in a report, and when: pure, from one report to the next.

While an approver looks at a report nobody changes it, so that what is approved is what was
seen. A translation that is touched after its check is a draft again.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from services.portal.accounts.model import Principal
from services.portal.desk.model import (
    Clip,
    Edition,
    Report,
    ReportState,
    Translation,
    needs_translation,
)
from services.portal.problems import ProblemError, not_found

MAX_CLIPS = 200
MAX_TOPICS = 30

CLOSED = ProblemError(
    409, "Not open for changes",
    "The report is with its approver or published: have it returned, or begin a correction.",
)  # fmt: skip
FULL = ProblemError(409, "The report is full", f"A report holds {MAX_CLIPS} clips at most.")
TOPICS_FULL = ProblemError(409, "Too many topics", f"A report has {MAX_TOPICS} topics at most.")
USED_TOPIC = ProblemError(
    409, "Topic in use", "Move its entries to another topic first, then take it away."
)
NO_TRANSLATION = ProblemError(409, "Nothing to check", "This passage has no translation yet.")
OWN_TRANSLATION = ProblemError(
    409, "A second reader has to check", "You made this translation: another person compares it."
)
SAME_LANGUAGE = ProblemError(
    409, "Nothing to translate", "This passage is in the language of the report."
)
NOT_PUBLISHED = ProblemError(
    409, "Nothing to correct", "Only a published report is corrected; change the draft instead."
)
NOT_SUBMITTED = ProblemError(409, "Not submitted", "Its desk has not handed this report in yet.")


def add_clip(report: Report, clip: Clip) -> Report:
    """Add *clip*; the same passage clipped twice is one."""
    _open(report)
    if report.clip(clip.clip_id):
        return report
    if len(report.clips) >= MAX_CLIPS:
        raise FULL
    return report.model_copy(update={"clips": (*report.clips, clip)})


def remove_clip(report: Report, clip_id: str) -> Report:
    """Take a clip out."""
    _open(report)
    _clip(report, clip_id)
    kept = tuple(one for one in report.clips if one.clip_id != clip_id)
    return report.model_copy(update={"clips": kept})


def add_topic(report: Report, title: str) -> Report:
    """Add a topic with the next number."""
    _open(report)
    if len(report.topics) >= MAX_TOPICS:
        raise TOPICS_FULL
    return report.model_copy(update={"topics": (*report.topics, title)})


def remove_topic(report: Report, number: int) -> Report:
    """Take an empty topic away; those after it move up, with their clips."""
    _open(report)
    _check_topic(report, number)
    if any(clip.topic == number for clip in report.clips):
        raise USED_TOPIC
    moved = tuple(
        clip.model_copy(update={"topic": clip.topic - 1})
        if clip.topic is not None and clip.topic > number
        else clip
        for clip in report.clips
    )
    topics = report.topics[: number - 1] + report.topics[number:]
    return report.model_copy(update={"topics": topics, "clips": moved})


def edit_clip(report: Report, clip_id: str, topic: int | None, note: str) -> Report:
    """Put a clip under a topic, with a few lines of one's own."""
    _open(report)
    if topic is not None:
        _check_topic(report, topic)
    return _replaced(report, _clip(report, clip_id), topic=topic, note=note)


def translate(
    report: Report, clip_id: str, texts: tuple[str, str], person: Principal, now: datetime
) -> Report:
    """Keep *texts*, headline and passage, as the translation of a clip: a draft."""
    _open(report)
    clip = _clip(report, clip_id)
    if not needs_translation(clip, report.language):
        raise SAME_LANGUAGE
    headline, passage = texts
    before = clip.translation
    if before and (before.headline, before.passage) == (headline, passage):
        return report
    made = Translation(
        headline=headline,
        passage=passage,
        translator_id=person.id,
        translator_role=max(person.roles).value,
        translated_at=now,
    )
    return _replaced(report, clip, translation=made)


def check_translation(
    report: Report, clip_id: str, texts: tuple[str, str], person: Principal, now: datetime
) -> Report:
    """Mark a translation as compared; *texts* are what the second reader had in view."""
    _open(report)
    clip = _clip(report, clip_id)
    if clip.translation is None or (clip.translation.headline, clip.translation.passage) != texts:
        raise NO_TRANSLATION
    if clip.translation.translator_id == person.id:
        raise OWN_TRANSLATION
    checked = clip.translation.model_copy(update={"checked_by": person.id, "checked_at": now})
    return _replaced(report, clip, translation=checked)


def state_unread(report: Report, lines: Iterable[str]) -> Report:
    """Say in the report's box what was not read or heard."""
    _open(report)
    return report.model_copy(update={"not_read": tuple(lines)})


def submit(report: Report, person: Principal, now: datetime) -> Report:
    """Hand the report to its approver."""
    _open(report)
    handed = {"state": ReportState.SUBMITTED, "submitted_by": person.id, "submitted_at": now}
    return report.model_copy(update=handed | {"returned": None})


def give_back(report: Report, why: str) -> Report:
    """Return a submitted report to its desk."""
    _submitted(report)
    return report.model_copy(update={"state": ReportState.DRAFT, "returned": why})


def publish(report: Report, codes: tuple[str, str], now: datetime) -> Report:
    """Add the edition that readers will see; *codes* stand for its author and its approver."""
    _submitted(report)
    drafted_by, approved_by = codes
    edition = Edition(
        number=len(report.editions) + 1,
        topics=report.topics,
        clips=tuple(_nameless(clip) for clip in report.clips),
        not_read=report.not_read,
        drafted_by=drafted_by,
        approved_by=approved_by,
        published_at=now,
        notice=report.correcting,
    )
    changes = {"state": ReportState.PUBLISHED, "editions": (*report.editions, edition)}
    return report.model_copy(update=changes | {"correcting": None})


def begin_correction(report: Report, notice: str) -> Report:
    """Open a published report again; readers keep the last edition until the next is approved."""
    if report.state is not ReportState.PUBLISHED:
        raise NOT_PUBLISHED
    return report.model_copy(update={"state": ReportState.DRAFT, "correcting": notice})


def _open(report: Report) -> None:
    if report.state is not ReportState.DRAFT:
        raise CLOSED


def _submitted(report: Report) -> None:
    if report.state is not ReportState.SUBMITTED:
        raise NOT_SUBMITTED


def _clip(report: Report, clip_id: str) -> Clip:
    clip = report.clip(clip_id)
    if clip is None:
        raise not_found("clip")
    return clip


def _check_topic(report: Report, number: int) -> None:
    if not 1 <= number <= len(report.topics):
        raise not_found("topic")


def _replaced(report: Report, clip: Clip, **changes: object) -> Report:
    changed = clip.model_copy(update=changes)
    clips = tuple(changed if one.clip_id == clip.clip_id else one for one in report.clips)
    return report.model_copy(update={"clips": clips})


def _nameless(clip: Clip) -> Clip:
    """Return the clip without the accounts of those who worked on it."""
    translation = clip.translation
    if translation:
        checked = "second reader" if translation.checked else None
        translation = translation.model_copy(update={"translator_id": "", "checked_by": checked})
    return clip.model_copy(update={"clipped_by": "", "translation": translation})
