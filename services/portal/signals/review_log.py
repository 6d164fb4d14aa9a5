"""What people decided about signals, one document a review, from its receipt to the broker.

The document holds the event exactly as it will be published, so that whoever sends a review
again compares with it and never replaces it. Its state only moves on: a review that is `new`
has been taken in and not judged yet; judged, it is `accepted` or `refused` with the reason;
`sent` when the broker has confirmed it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from services.portal.problems import ProblemError
from services.portal.signals.reviews import Recorded
from shared.events import ReviewRecorded, encode
from shared.mongo import Database, Document, DuplicateKeyError, transient_mongo


class State(StrEnum):
    """How far a review has come."""

    NEW = "new"
    ACCEPTED = "accepted"
    REFUSED = "refused"
    SENT = "sent"


@dataclass(frozen=True, slots=True)
class Review:
    """A review as it is kept, and why it may not count where it was refused."""

    event: ReviewRecorded
    state: State
    refusal: ProblemError | None = None

    @property
    def counts(self) -> bool:
        """Tell whether it was judged and found good."""
        return self.state in (State.ACCEPTED, State.SENT)

    @property
    def recorded(self) -> Recorded:
        """Return what the panel shows of it."""
        one = self.event
        return Recorded(
            one.review_id, one.actor_id, one.decision, one.scope, one.note, one.recorded_at
        )


class ReviewLog:
    """Keeps the reviews; every change is one write to one document."""

    def __init__(self, database: Database) -> None:
        self._reviews = database["signal_reviews"]

    async def prepare(self) -> None:
        """Ask for the indexes that a signal's page and the outbox use."""
        with transient_mongo():
            await self._reviews.create_index("subject_id")
            await self._reviews.create_index("state")

    async def get(self, review_id: str) -> Review | None:
        """Return a review, or None."""
        with transient_mongo():
            document = await self._reviews.find_one({"_id": review_id})
        return None if document is None else _review(document)

    async def add(self, event: ReviewRecorded) -> Review:
        """Keep a review, unless one with its id is kept already, and return what is kept."""
        document = {
            "_id": event.review_id,
            "subject_id": event.subject_id,
            "event": encode(event).decode(),
            "recorded_at": event.recorded_at,
            "state": State.NEW.value,
        }
        try:
            with transient_mongo():
                await self._reviews.insert_one(document)
        except DuplicateKeyError:
            return await self.get(event.review_id) or await self.add(event)
        return _review(document)

    async def of_signal(self, signal_id: str) -> list[Review]:
        """Return every review of a signal, those not judged yet and those refused too."""
        with transient_mongo():
            found = await self._reviews.find({"subject_id": signal_id}).to_list(None)
        return [_review(one) for one in found]

    async def settle(self, review_id: str, refusal: ProblemError | None) -> Review:
        """Accept or refuse what is new; whoever judged first is right. Return what is kept."""
        change: Document = {"state": (State.REFUSED if refusal else State.ACCEPTED).value}
        if refusal:
            change["refusal"] = {"title": refusal.title, "detail": refusal.detail}
        with transient_mongo():
            await self._reviews.update_one(
                {"_id": review_id, "state": State.NEW.value}, {"$set": change}
            )
            document = await self._reviews.find_one({"_id": review_id})
        if document is None:
            raise RuntimeError(f"review {review_id} was deleted by hand")
        return _review(document)

    async def forget_unjudged(self, before: datetime, refusal: ProblemError) -> None:
        """Refuse what was taken in before a crash and never sent again."""
        stale = {"state": State.NEW.value, "recorded_at": {"$lt": before}}
        reason = {"title": refusal.title, "detail": refusal.detail}
        with transient_mongo():
            await self._reviews.update_many(
                stale, {"$set": {"state": State.REFUSED.value, "refusal": reason}}
            )

    async def waiting(self) -> list[ReviewRecorded]:
        """Return what is to be published, oldest first."""
        accepted = {"state": State.ACCEPTED.value}
        with transient_mongo():
            found = await self._reviews.find(accepted).sort("recorded_at", 1).to_list(None)
        return [_review(one).event for one in found]

    async def sent(self, review_id: str) -> None:
        """Note that the broker has confirmed it."""
        with transient_mongo():
            await self._reviews.update_one(
                {"_id": review_id}, {"$set": {"state": State.SENT.value}}
            )


def _review(document: Document) -> Review:
    refusal = document.get("refusal")
    return Review(
        event=ReviewRecorded.model_validate_json(document["event"]),
        state=State(document["state"]),
        refusal=ProblemError(409, refusal["title"], refusal["detail"]) if refusal else None,
    )
