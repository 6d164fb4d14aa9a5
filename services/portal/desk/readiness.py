"""What stands between a draft and its publication: a list that people can work off."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from services.portal.desk.model import Clip, Report, needs_translation


def obstacles(report: Report, gone: Collection[str] = ()) -> tuple[str, ...]:
    """Return every reason why *report* may not be published; none means that it may.

    *gone* has the ids of items that were removed or restricted since they were clipped.
    """
    found = [*_of_clips(report, gone)]
    if not report.not_read:
        found.append("The box of what was not read is empty: fill it, or say that all was read.")
    return tuple(found)


def _of_clips(report: Report, gone: Collection[str]) -> Iterator[str]:
    for number, clip in enumerate(report.clips, start=1):
        where = f"Clip {number}, {clip.outlet_name}"
        if clip.topic is None:
            yield f"{where}: put it under a topic."
        if clip.item_id in gone:
            yield f"{where}: its item was removed or restricted; take the clip out."
        reason = _translation(clip, report.language)
        if reason:
            yield f"{where}: {reason}"


def _translation(clip: Clip, language: str) -> str | None:
    if not needs_translation(clip, language):
        return None
    if clip.translation is None:
        return "translate headline and passage."
    if not clip.translation.checked:
        return "a second reader has to check the translation."
    return None
