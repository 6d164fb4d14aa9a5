"""Records what people decide about signals: checked, remembered, published.

A review is first written to the log of its signal and to an outbox, and only then
published; the outbox is emptied by a background task, so a decision that was accepted is
published even if Kafka is away or the process dies in between. Publishing twice is
harmless: a review is known by its id.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import datetime

import structlog

from services.portal.accounts.model import independent
from services.portal.accounts.store import AccountStore
from services.portal.pages.words import plain
from services.portal.problems import ProblemError
from services.portal.signals.reviews import OPEN, POSSIBLE, Recorded, keys_standing, keys_turned
from services.portal.signals.store import ReviewLog
from shared import metrics
from shared.errors import TransientError
from shared.events import Decision, ReviewRecorded, SignalRevised
from shared.publish import Outgoing, Publisher

log = structlog.get_logger()

RETRY_SECONDS = 5.0

TWICE = ProblemError(
    409, "Your key is turned already", "A release needs a second key, from another person."
)
DEPENDENT = ProblemError(
    409,
    "These two keys are not independent",
    "One of the two approvers created or reset the other's account within the last seven"
    " days. Another editor has to turn the second key.",
)
REUSED = ProblemError(409, "Id in use", "Another review has this id: send it with a new one.")
NO_KEY = ProblemError(409, "Nothing to take back", "You have not turned a key for this signal.")


class ReviewDesk:
    """Takes reviews in and sees that they are published."""

    def __init__(
        self,
        reviews: ReviewLog,
        accounts: AccountStore,
        publisher: Publisher,
        clock: Callable[[], datetime],
    ) -> None:
        self._reviews = reviews
        self._accounts = accounts
        self._publisher = publisher
        self._clock = clock
        self._filled = asyncio.Event()

    async def record(self, review: ReviewRecorded, signal: SignalRevised) -> None:
        """Accept a review for good; ProblemError where it may not count.

        An approval is written first and judged with every other one in view, so that of two
        approvals at the same moment at least the later sees the earlier.
        """
        before = await self._reviews.entries(review.subject_id)
        if review.review_id in before:
            if not _same(before[review.review_id], review):
                raise REUSED
            return await self._accept(review)
        _check_possible(review, signal)
        _check_key(review, signal, before)
        after = await self._reviews.add(review)
        if review.decision is Decision.APPROVE_RELEASE and not await self._independent(
            review.actor_id, keys_turned(after)
        ):
            await self._reviews.drop(review)
            raise DEPENDENT
        return await self._accept(review)

    async def recorded(self, signal_id: str) -> dict[str, Recorded]:
        """Return every review of a signal, by id."""
        return await self._reviews.entries(signal_id)

    async def publish_outbox(self) -> None:
        """Publish what waits, for as long as the portal runs."""
        while True:
            self._filled.clear()
            try:
                await self.empty_outbox()
            except TransientError as error:
                log.warning("reviews_wait", reason=str(error))
            try:
                async with asyncio.timeout(RETRY_SECONDS):
                    await self._filled.wait()
            except TimeoutError:
                continue

    async def empty_outbox(self) -> None:
        """Publish every review that waits, oldest first; TransientError while Kafka is away."""
        waiting = await self._reviews.waiting()
        metrics.REVIEWS_WAITING.set(len(waiting))
        for review in waiting:
            await self._publisher.publish([Outgoing(review, review.recorded_at)])
            await self._reviews.sent(review)
            metrics.REVIEWS_WAITING.dec()

    async def _accept(self, review: ReviewRecorded) -> None:
        await self._reviews.wait(review)
        self._filled.set()

    async def _independent(self, actor_id: str, turned: dict[str, Recorded]) -> bool:
        """Tell whether the actor is independent of everyone else whose key is turned."""
        actor = await self._accounts.get(actor_id)
        if actor is None:
            return False
        for other_id in turned.keys() - {actor_id}:
            other = await self._accounts.get(other_id)
            if other is None or not independent(actor, other, self._clock()):
                return False
        return True


def _check_possible(review: ReviewRecorded, signal: SignalRevised) -> None:
    """Raise where the decision is not about a signal in this state."""
    if signal.status in POSSIBLE[review.decision]:
        return
    wanted, state = plain(review.decision), plain(signal.status)
    raise ProblemError(
        409, "Not possible now", f"This signal is {state}: to {wanted} is not possible then."
    )


def _check_key(review: ReviewRecorded, signal: SignalRevised, before: dict[str, Recorded]) -> None:
    """Raise where a key is turned twice, or taken back without having been turned."""
    actor = review.actor_id
    if review.decision is Decision.REVOKE and actor not in keys_turned(before):
        raise NO_KEY
    pending = signal.status in OPEN
    standing = keys_standing(signal, before)
    if review.decision is Decision.APPROVE_RELEASE and pending and actor in standing:
        raise TWICE


def _same(known: Recorded, review: ReviewRecorded) -> bool:
    """Tell whether a review with a known id is that review, sent again."""
    return (known.actor_id, known.decision) == (review.actor_id, review.decision)
