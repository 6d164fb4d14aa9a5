"""The life of a signal as people make it: a pure fold over marks and reviews, in their order.

- Releasing takes two different people, each for the content as it then was. An approval lapses
  when the severity rises, when evidence goes, or when the signal is corrected.
- Taking back takes one person: whoever withdraws, or one of those who released and revokes.
- A dismissal or a closing is about what was seen: it lapses when the severity rises.
- What has been released stays released when approvals lapse later, at the severity that was
  approved; a higher one leaves only when two people approve again.

A review names the revision that its author saw; that, not the clock, decides what it covers.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from services.alerts.standing import Mark, MarkKind, ReleaseFact, Standing, approvals_of
from shared.events import (
    Decision,
    ReleaseScope,
    ReleaseState,
    ReviewRecorded,
    Severity,
    SignalStatus,
)

KEYS = 2  # people, before anything leaves
_OUT = frozenset({SignalStatus.RELEASED, SignalStatus.CORRECTED})
_SETTLED = frozenset({SignalStatus.DISMISSED, SignalStatus.CLOSED})


def fold(marks: Sequence[Mark], reviews: Iterable[ReviewRecorded]) -> Standing:
    """Return where people left the signal; the order in which events arrived does not matter."""
    standing = Standing()
    steps: list[tuple[datetime, int, str, Mark | ReviewRecorded]] = [
        (mark.at, 0, f"{mark.revision:09}{mark.kind}", mark) for mark in marks
    ]
    steps += [(one.recorded_at, 1, one.review_id, one) for one in _effective(reviews)]
    for *_, step in sorted(steps, key=lambda step: step[:3]):
        if isinstance(step, Mark):
            _content_changed(standing, step)
        else:
            _decided(standing, step, marks)
    return standing


def _effective(reviews: Iterable[ReviewRecorded]) -> list[ReviewRecorded]:
    """Leave out what its own author replaced, and decisions that this version does not know."""
    every = {review.review_id: review for review in reviews}
    replaced = {
        one.supersedes
        for one in every.values()
        if one.supersedes in every and every[one.supersedes].actor_id == one.actor_id
    }
    return [
        one
        for one in every.values()
        if one.review_id not in replaced and one.decision is not Decision.UNKNOWN
    ]


def _content_changed(standing: Standing, mark: Mark) -> None:
    if mark.revision == 1 or mark.kind is MarkKind.RERATED:
        return  # nobody can have seen less than this before
    _lapse(standing, mark.revision)
    if mark.kind is MarkKind.RAISED:
        standing.raised_revision = mark.revision
        if standing.status in _SETTLED and not standing.release:
            standing.status = SignalStatus.NEW


def _lapse(standing: Standing, revision: int) -> None:
    standing.covers_from = max(standing.covers_from, revision)
    standing.pending = {
        actor: one
        for actor, one in standing.pending.items()
        if one.subject_revision >= standing.covers_from
    }


def _decided(standing: Standing, review: ReviewRecorded, marks: Sequence[Mark]) -> None:
    standing.touched = True
    match review.decision:
        case Decision.APPROVE_RELEASE:
            _approve(standing, review, marks)
        case Decision.REVOKE:
            _revoke(standing, review)
        case Decision.WITHDRAW:
            _withdraw(standing, review)
        case Decision.CORRECT:
            _correct(standing, review)
        case Decision.ASSESS:
            _assess(standing, review)
        case Decision.DISMISS if not standing.release:
            _settle(standing, SignalStatus.DISMISSED, review)
        case Decision.CLOSE if standing.status is not SignalStatus.WITHDRAWN:
            _settle(standing, SignalStatus.CLOSED, review)


def _approve(standing: Standing, review: ReviewRecorded, marks: Sequence[Mark]) -> None:
    unknown = review.scope is ReleaseScope.UNKNOWN  # nothing leaves on a word that is not known
    closed = standing.status is SignalStatus.CLOSED
    if unknown or closed or review.subject_revision < standing.covers_from:
        return
    standing.pending[review.actor_id] = review
    given = list(standing.pending.values())
    if len(given) < KEYS:
        return
    public = sum(1 for one in given if one.scope is ReleaseScope.PUBLIC) >= KEYS
    seen = min(one.subject_revision for one in given)
    standing.release = ReleaseFact(
        at=review.recorded_at,
        revision=seen,
        state=ReleaseState.PUBLIC if public else ReleaseState.PARTNERS,
        severity=_severity_at(seen, marks),
        approvals=approvals_of(given),
    )
    standing.status, standing.pending = SignalStatus.RELEASED, {}


def _severity_at(revision: int, marks: Sequence[Mark]) -> Severity:
    """Return the severity that a revision said."""
    seen = [mark for mark in marks if mark.revision <= revision]
    return max(seen, key=lambda mark: mark.revision).severity if seen else Severity.UNKNOWN


def _revoke(standing: Standing, review: ReviewRecorded) -> None:
    standing.pending.pop(review.actor_id, None)
    release = standing.release
    if release and review.actor_id in {one.actor_id for one in release.approvals}:
        _withdraw(standing, review)


def _withdraw(standing: Standing, review: ReviewRecorded) -> None:
    """End a release; letting it go again takes two people who have seen that it was ended.

    Before a release it takes back every approval given so far, whoever gave it.
    """
    standing.pending = {}
    if standing.release:
        standing.status = SignalStatus.WITHDRAWN
        _lapse(standing, review.subject_revision + 1)


def _correct(standing: Standing, review: ReviewRecorded) -> None:
    """Take the correction over: what was approved before it is another content."""
    if standing.status in _OUT:
        standing.status = SignalStatus.CORRECTED
    elif not standing.release:
        standing.status = SignalStatus.ASSESSED
    standing.corrected_at, standing.note = review.recorded_at, review.note
    wrong = {one.match_id for one in review.corrections if one.match_id and not one.correct}
    right = {one.match_id for one in review.corrections if one.match_id and one.correct}
    standing.rejected = (standing.rejected | wrong) - right
    _rate(standing, review)
    _lapse(standing, review.subject_revision + 1)


def _assess(standing: Standing, review: ReviewRecorded) -> None:
    if not standing.release:
        standing.status = SignalStatus.ASSESSED
    if review.severity and _rate(standing, review):
        _lapse(standing, review.subject_revision + 1)


def _rate(standing: Standing, review: ReviewRecorded) -> bool:
    """Take over a person's severity and Rabat test; return whether the severity is another."""
    standing.rabat = review.rabat or standing.rabat
    if review.severity is None or review.severity is Severity.UNKNOWN:
        return False
    changed = review.severity is not standing.severity
    standing.severity, standing.severity_revision = review.severity, review.subject_revision
    return changed


def _settle(standing: Standing, status: SignalStatus, review: ReviewRecorded) -> None:
    """Dismiss or close, unless the reviewer had not seen how severe it has become."""
    if review.subject_revision >= standing.raised_revision:
        standing.status, standing.pending = status, {}
        _lapse(standing, review.subject_revision + 1)
