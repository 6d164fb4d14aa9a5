"""From a passage of an item to a clip: pure, and only words that stand in the text."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID, uuid5

from services.portal.desk.changes import ClipRequest
from services.portal.desk.model import Clip
from services.portal.problems import ProblemError, not_found
from shared.events import Match, MediaItemAnalysed, MediaItemIngested, TextField

CLIP_NAMESPACE = UUID("6f0f8c1e-5c63-5a44-9d0b-0b7c1d6f8a10")
MARGIN = 200  # characters around a match that still belong to its sentence
LONGEST = 1200
SENTENCE_ENDS = ".!?؟。።\n"

NOT_IN_TEXT = ProblemError(
    422, "Not in the text", "Select words as they stand in this item's text, then clip them."
)
RESTRICTED = ProblemError(
    409, "Restricted", "A restricted item stays inside: it cannot be part of a report."
)


def create_clip(
    analysis: MediaItemAnalysed, asked: ClipRequest, actor_id: str, now: datetime
) -> Clip:
    """Return the clip; ProblemError where the passage is not in the item."""
    item = analysis.item
    if item.restricted:
        raise RESTRICTED
    passage = _passage(analysis, asked)
    capture = item.captures[0] if item.captures else None
    return Clip(
        clip_id=str(uuid5(CLIP_NAMESPACE, f"{item.item_id}|{item.revision}|{passage}")),
        item_id=item.item_id,
        item_revision=item.revision,
        outlet_id=item.outlet.outlet_id,
        outlet_name=item.outlet.name,
        owner_kind=item.outlet.owner_kind,
        controlled_by=item.outlet.controlled_by,
        medium=item.outlet.medium,
        language=analysis.language,
        event_at=item.event_at,
        headline=item.title or "",
        passage=passage,
        indicators=_indicators(analysis, asked),
        url=item.url,
        capture_id=capture.capture_id if capture else None,
        raw_sha256=capture.raw_sha256 if capture else None,
        clipped_by=actor_id,
        clipped_at=now,
    )


def sentence_around(text: str, start: int, end: int) -> str:
    """Return the passage from *start* to *end*, completed to its sentence where that is near."""
    before = text[max(0, start - MARGIN) : start]
    after = text[end : end + MARGIN]
    begins = max((before.rfind(mark) for mark in SENTENCE_ENDS), default=-1) + 1
    ends = min((at + 1 for mark in SENTENCE_ENDS if (at := after.find(mark)) >= 0), default=0)
    return f"{before[begins:]}{text[start:end]}{after[:ends]}".strip()[:LONGEST]


def _passage(analysis: MediaItemAnalysed, asked: ClipRequest) -> str:
    item = analysis.item
    if asked.quote is not None:
        return _as_it_stands(item, asked.quote)
    match = _match(analysis, asked.match_id)
    if match is None:
        return sentence_around(item.text, 0, min(len(item.text), 1))
    text = (item.title if match.field is TextField.TITLE else item.text) or ""
    return sentence_around(text, match.start, match.end)


def _match(analysis: MediaItemAnalysed, match_id: str | None) -> Match | None:
    """Return the match of that id, or without one the strongest."""
    if match_id is None:
        return max(analysis.matches, key=lambda one: one.strength, default=None)
    for match in analysis.matches:
        if match.match_id == match_id:
            return match
    raise not_found("passage")


def _as_it_stands(item: MediaItemIngested, quote: str) -> str:
    """Return the words of the text that *quote* repeats; a browser may join white space."""
    wanted = " ".join(quote.split())
    if wanted and any(wanted in " ".join((text or "").split()) for text in (item.text, item.title)):
        return wanted[:LONGEST]
    raise NOT_IN_TEXT


def _indicators(analysis: MediaItemAnalysed, asked: ClipRequest) -> tuple[str, ...]:
    chosen = (one for one in analysis.matches if asked.match_id in (None, one.match_id))
    return tuple(sorted({one.indicator for one in chosen}))
