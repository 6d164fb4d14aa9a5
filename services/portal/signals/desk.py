"""Takes in what people decide about signals: kept, judged, published, in this order.

A review is kept first, with the event that will be published; then it is judged; what was
accepted is published by a background task. So a decision that was accepted is published even
if Kafka is away or the process dies in between, and one that is sent again goes on from where
it stands. Publishing twice is harmless: a review is known by its id.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import datetime, timedelta

import structlog

from services.portal.accounts.store import AccountStore
from services.portal.problems import ProblemError
from services.portal.signals.judgement import Judge
from services.portal.signals.review_log import ReviewLog, State
from services.portal.signals.reviews import Recorded
from shared import metrics
from shared.errors import TransientError
from shared.events import ReviewRecorded, SignalRevised
from shared.health import Health
from shared.publish import Outgoing, Publisher

log = structlog.get_logger()

OUTBOX = "outbox"
RETRY_SECONDS = 5.0
# Longer than any request takes: by then nobody is judging it any more.
UNJUDGED = timedelta(minutes=10)

REUSED = ProblemError(409, "Id in use", "Another review has this id: send it with a new one.")
INTERRUPTED = ProblemError(
    409, "Not recorded", "The server stopped before it had judged this decision: decide again."
)


class ReviewDesk:
    """Takes reviews in and sees that they are published."""

    def __init__(
        self,
        reviews: ReviewLog,
        accounts: AccountStore,
        publisher: Publisher,
        health: Health,
        clock: Callable[[], datetime],
    ) -> None:
        self._reviews = reviews
        self._judge = Judge(accounts, clock)
        self._publisher = publisher
        self._health = health
        self._clock = clock
        self._filled = asyncio.Event()

    async def record(self, review: ReviewRecorded, signal: SignalRevised) -> None:
        """Accept a review for good; ProblemError where it may not count."""
        kept = await self._reviews.add(review)
        if not _same(kept.event, review):
            raise REUSED
        if kept.state is State.NEW:
            every = await self._reviews.of_signal(review.subject_id)
            against = await self._judge.reason_against(kept.event, signal, every)
            kept = await self._reviews.settle(review.review_id, against)
        if kept.refusal:
            raise kept.refusal
        self._filled.set()

    async def record_verdict(self, review: ReviewRecorded) -> None:
        """Accept a reader's verdict on an item, which nothing stands against, for good."""
        kept = await self._reviews.add(review)
        if not _same(kept.event, review):
            raise REUSED
        if kept.state is State.NEW:
            await self._reviews.settle(review.review_id, None)
        self._filled.set()

    async def recorded(self, signal_id: str) -> dict[str, Recorded]:
        """Return every review of a signal that counts, by id."""
        every = await self._reviews.of_signal(signal_id)
        return {one.event.review_id: one.recorded for one in every if one.counts}

    async def publish_outbox(self) -> None:
        """Publish what waits, for as long as the portal runs."""
        prepared = False
        while True:
            self._filled.clear()
            try:
                if not prepared:
                    await self._reviews.prepare()
                    prepared = True
                await self.empty_outbox()
            except TransientError as error:
                self._health.waiting(OUTBOX, str(error))
            else:
                self._health.ok(OUTBOX)
            try:
                async with asyncio.timeout(RETRY_SECONDS):
                    await self._filled.wait()
            except TimeoutError:
                continue

    async def empty_outbox(self) -> None:
        """Publish every review that waits, oldest first; TransientError while Kafka is away."""
        await self._reviews.forget_unjudged(self._clock() - UNJUDGED, INTERRUPTED)
        waiting = await self._reviews.waiting()
        metrics.REVIEWS_WAITING.set(len(waiting))
        for review in waiting:
            await self._publisher.publish([Outgoing(review, review.recorded_at)])
            await self._reviews.sent(review.review_id)
            metrics.REVIEWS_WAITING.dec()


def _same(kept: ReviewRecorded, review: ReviewRecorded) -> bool:
    """Tell whether a review with a known id is that review, sent again: all but its time."""
    return kept == review.model_copy(update={"recorded_at": kept.recorded_at})
