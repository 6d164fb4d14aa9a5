"""What people's decisions make of a signal, whatever the order in which they arrive."""

from __future__ import annotations

import random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.alerts.life import fold
from services.alerts.standing import Mark, MarkKind
from shared.events import (
    Correction,
    Decision,
    ReleaseScope,
    ReleaseState,
    ReviewRecorded,
    Severity,
    SignalStatus,
)
from tests.factories import at, make_review

RAISED = Mark(1, at(0), MarkKind.RAISED, Severity.SEVERE, Severity.SEVERE)


def graver(revision: int, minutes: float) -> Mark:
    return Mark(revision, at(minutes), MarkKind.RAISED, Severity.EXTREME, Severity.EXTREME)


def decide(
    number: int, decision: Decision, actor: int | None = None, **more: Any
) -> ReviewRecorded:
    """Build decision `number`, recorded so many minutes after the signal, by account `actor`."""
    fields = {"decision": decision, "recorded_at": at(number)}
    return make_review(number, actor_id=f"account-{actor or number}", **(fields | more))


def approve(number: int, actor: int | None = None, **more: Any) -> ReviewRecorded:
    return decide(number, Decision.APPROVE_RELEASE, actor, **more)


def test_two_people_release() -> None:
    standing = fold([RAISED], [approve(1), approve(2)])

    assert standing.status is SignalStatus.RELEASED
    assert standing.release
    assert standing.release.at == at(2)


def test_one_person_is_not_two() -> None:
    standing = fold([RAISED], [approve(1, 7), approve(2, 7), approve(3, 7)])

    assert (standing.status, standing.release) == (SignalStatus.NEW, None)


@pytest.mark.parametrize(
    ("scopes", "state"),
    [
        ((ReleaseScope.PUBLIC, ReleaseScope.PUBLIC), ReleaseState.PUBLIC),
        ((ReleaseScope.PUBLIC, ReleaseScope.PARTNERS), ReleaseState.PARTNERS),
        ((ReleaseScope.PUBLIC, None), ReleaseState.PARTNERS),
    ],
)
def test_the_narrower_of_two_scopes_holds(
    scopes: tuple[ReleaseScope | None, ...], state: ReleaseState
) -> None:
    given_two = [approve(n, scope=scope) for n, scope in enumerate(scopes, start=1)]
    release = fold([RAISED], given_two).release

    assert release
    assert release.state is state


def test_an_unknown_scope_releases_nothing() -> None:
    assert not fold([RAISED], [approve(1, scope=ReleaseScope.UNKNOWN), approve(2)]).release


def test_an_approval_of_what_was_less_grave_lapses() -> None:
    standing = fold([RAISED, graver(2, 1.5)], [approve(1), approve(2, subject_revision=2)])

    assert standing.release is None
    assert [one.actor_id for one in standing.approvals] == ["account-2"]


def test_an_approval_of_an_older_revision_never_counts() -> None:
    standing = fold([RAISED, graver(2, 1)], [approve(2), approve(3)])

    assert standing.release is None


def test_an_approval_lapses_when_evidence_goes() -> None:
    reduced = Mark(2, at(1.5), MarkKind.REDUCED, Severity.SEVERE, Severity.SEVERE)

    assert not fold([RAISED, reduced], [approve(1), approve(2, subject_revision=2)]).release


def test_an_approval_lapses_when_the_signal_is_corrected() -> None:
    reviews = [approve(1), decide(2, Decision.CORRECT), approve(3, subject_revision=2)]

    assert fold([RAISED], reviews).release is None
    again = approve(4, 1, subject_revision=2)
    assert fold([RAISED], [*reviews, again]).status is SignalStatus.RELEASED


def test_a_release_outlives_a_later_rise_at_the_severity_approved() -> None:
    standing = fold([RAISED, graver(2, 5)], [approve(1), approve(2)])

    assert standing.release
    assert standing.release.severity is Severity.SEVERE


def test_approving_again_releases_the_higher_severity() -> None:
    again = [approve(n, subject_revision=2) for n in (6, 7)]
    release = fold([RAISED, graver(2, 5)], [approve(1), approve(2), *again]).release

    assert release
    assert release.severity is Severity.EXTREME


def test_whoever_approved_may_revoke_before_the_second_key() -> None:
    reviews = [approve(1), decide(2, Decision.REVOKE, 1), approve(3)]

    assert fold([RAISED], reviews).release is None


def test_a_withdrawal_takes_back_every_approval_before_the_second_key() -> None:
    own = [approve(1, 1), decide(2, Decision.WITHDRAW, 1), approve(3, 2)]
    others = [approve(1, 1), decide(2, Decision.WITHDRAW, 9), approve(3, 2)]

    for reviews in (own, others):
        standing = fold([RAISED], reviews)
        assert (standing.status, standing.release) == (SignalStatus.NEW, None)
        assert [one.actor_id for one in standing.approvals] == ["account-2"]


@pytest.mark.parametrize(("decision", "actor"), [(Decision.WITHDRAW, 9), (Decision.REVOKE, 1)])
def test_one_person_takes_back(decision: Decision, actor: int) -> None:
    standing = fold([RAISED], [approve(1), approve(2), decide(3, decision, actor)])

    assert standing.status is SignalStatus.WITHDRAWN


def test_a_stranger_revokes_nothing() -> None:
    reviews = [approve(1), approve(2), decide(3, Decision.REVOKE, 9)]

    assert fold([RAISED], reviews).status is SignalStatus.RELEASED


def test_what_was_withdrawn_needs_two_who_saw_that() -> None:
    reviews = [approve(1), approve(2), decide(3, Decision.WITHDRAW, 9)]
    late = [approve(4, 4), approve(5, 5)]
    knowing = [approve(6, 4, subject_revision=2), approve(7, 5, subject_revision=2)]

    assert fold([RAISED], reviews + late).status is SignalStatus.WITHDRAWN
    assert fold([RAISED], reviews + late + knowing).status is SignalStatus.RELEASED


def test_a_dismissal_holds_until_the_severity_rises() -> None:
    dismissed = decide(1, Decision.DISMISS)

    assert fold([RAISED], [dismissed]).status is SignalStatus.DISMISSED
    assert fold([RAISED, graver(2, 5)], [dismissed]).status is SignalStatus.NEW
    assert fold([RAISED, graver(2, 0.5)], [dismissed]).status is SignalStatus.NEW


def test_a_released_signal_is_withdrawn_not_dismissed() -> None:
    reviews = [approve(1), approve(2), decide(3, Decision.DISMISS)]

    assert fold([RAISED], reviews).status is SignalStatus.RELEASED


def test_a_person_replaces_their_own_review_and_no_other() -> None:
    own = [approve(1), approve(2), decide(3, Decision.ASSESS, 1, supersedes="review-1")]
    others = [approve(1), approve(2), decide(3, Decision.ASSESS, 9, supersedes="review-1")]

    assert fold([RAISED], own).release is None
    assert fold([RAISED], others).release is not None


def test_a_match_found_wrong_is_rejected_until_found_right() -> None:
    wrong = decide(1, Decision.CORRECT, corrections=[Correction(match_id="m", correct=False)])
    right = decide(2, Decision.CORRECT, corrections=[Correction(match_id="m", correct=True)])

    assert fold([RAISED], [wrong]).rejected == {"m"}
    assert fold([RAISED], [wrong, right]).rejected == set()


def test_an_unknown_decision_is_none() -> None:
    assert not fold([RAISED], [decide(1, Decision.UNKNOWN)]).touched


decisions = st.builds(
    decide,
    st.integers(1, 30),
    st.sampled_from(Decision),
    st.integers(1, 3),
    scope=st.sampled_from([None, *ReleaseScope]),
    subject_revision=st.integers(1, 3),
)
histories = st.lists(decisions, max_size=12, unique_by=lambda one: one.review_id)


@given(histories, st.randoms())
def test_order_and_repetition_never_matter(
    reviews: list[ReviewRecorded], rng: random.Random
) -> None:
    marks = [RAISED, graver(2, 10), Mark(3, at(20), MarkKind.REDUCED, *2 * [Severity.EXTREME])]
    thrice = reviews * 3
    rng.shuffle(thrice)

    assert fold(marks, thrice) == fold(marks, reviews)


@given(histories)
def test_nothing_is_ever_released_by_fewer_than_two(reviews: list[ReviewRecorded]) -> None:
    release = fold([RAISED, graver(2, 10)], reviews).release

    assert release is None or len({one.actor_id for one in release.approvals}) == 2
