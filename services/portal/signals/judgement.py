"""Whether a decision may count: one list of reasons against it, in the order people read them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime

from services.portal.accounts.model import independent
from services.portal.accounts.store import AccountStore
from services.portal.pages.words import plain
from services.portal.problems import ProblemError
from services.portal.signals.review_log import Review, State
from services.portal.signals.reviews import OPEN, POSSIBLE, Recorded, keys_standing, keys_turned
from shared.events import Decision, ReviewRecorded, SignalRevised

TWICE = ProblemError(
    409, "Your key is turned already", "A release needs a second key, from another person."
)
DEPENDENT = ProblemError(
    409,
    "These two keys are not independent",
    "Within the last seven days one of the two approvers set the other's password, or one hand"
    " set both. Another editor has to turn the second key.",
)
NOT_OWN = ProblemError(
    409,
    "Choose your own password first",
    "Somebody else set your password and so could turn your key: change it under your name,"
    " then decide.",
)
NO_KEY = ProblemError(409, "Nothing to take back", "You have not turned a key for this signal.")
MOVED_ON = ProblemError(
    409,
    "The signal has changed",
    "New evidence or a decision came in since you opened it: read it again, then decide.",
)


class Judge:
    """Judges a decision by the signal, by the other decisions and by who the people are."""

    def __init__(self, accounts: AccountStore, clock: Callable[[], datetime]) -> None:
        self._accounts = accounts
        self._clock = clock

    async def reason_against(
        self, review: ReviewRecorded, signal: SignalRevised, every: Iterable[Review]
    ) -> ProblemError | None:
        """Return why *review* may not count, or None.

        Whether people are independent is judged with what is not yet judged in view too, so
        that of two approvals at the same moment at least the later sees the earlier.
        """
        others = [one for one in every if one.event.review_id != review.review_id]
        accepted = _entries(one for one in others if one.counts)
        problem = _against_state(review, signal) or _against_key(review, signal, accepted)
        if problem or review.decision is not Decision.APPROVE_RELEASE:
            return problem
        in_view = _entries(one for one in others if one.state is not State.REFUSED)
        return await self._against_person(review.actor_id, keys_turned(in_view))

    async def _against_person(
        self, actor_id: str, turned: Mapping[str, Recorded]
    ) -> ProblemError | None:
        actor = await self._accounts.get(actor_id)
        if actor is None or not actor.set_by_holder:
            return NOT_OWN
        for other_id in turned.keys() - {actor_id}:
            other = await self._accounts.get(other_id)
            if other is None or not independent(actor, other, self._clock()):
                return DEPENDENT
        return None


def _entries(reviews: Iterable[Review]) -> dict[str, Recorded]:
    return {one.event.review_id: one.recorded for one in reviews}


def _against_state(review: ReviewRecorded, signal: SignalRevised) -> ProblemError | None:
    """Say where the decision is about another revision, or about another state."""
    if review.subject_revision > signal.revision:
        return MOVED_ON
    approves = review.decision is Decision.APPROVE_RELEASE
    if approves and review.subject_revision != signal.revision:
        return MOVED_ON
    if signal.status in POSSIBLE[review.decision]:
        return None
    wanted, state = plain(review.decision), plain(signal.status)
    return ProblemError(
        409, "Not possible now", f"This signal is {state}: to {wanted} is not possible then."
    )


def _against_key(
    review: ReviewRecorded, signal: SignalRevised, accepted: Mapping[str, Recorded]
) -> ProblemError | None:
    """Say where a key is turned twice, or taken back without having been turned."""
    actor = review.actor_id
    if review.decision is Decision.REVOKE and actor not in keys_turned(accepted):
        return NO_KEY
    if review.decision is not Decision.APPROVE_RELEASE or signal.status not in OPEN:
        return None
    return TWICE if actor in keys_standing(signal, accepted) else None
