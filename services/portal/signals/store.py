"""Signals for reading, and what people decided about them."""

from __future__ import annotations

from services.portal.accounts.model import Principal
from services.portal.accounts.visibility import may_see
from services.portal.indexer.notices import signal_visibility
from services.portal.indexer.store import DocumentStore
from services.portal.problems import not_found
from services.portal.signals.reviews import Recorded
from shared.events import Decision, ReviewRecorded, SignalRevised, encode
from shared.mongo import Database, Document, transient_mongo


async def read_signal(store: DocumentStore, principal: Principal, signal_id: str) -> SignalRevised:
    """Return the newest revision; ProblemError 404 where it is unknown or hidden."""
    document = await store.get(signal_id)
    if document is None or not may_see(principal, signal_visibility(document["fact"])):
        raise not_found("signal")
    return SignalRevised.model_validate(document["fact"], extra="ignore")


async def outlet_names(store: DocumentStore, signal: SignalRevised) -> dict[str, str]:
    """Return the names of the outlets in a signal's evidence, as far as they are known."""
    documents = await store.read(sorted({one.outlet_id for one in signal.evidence}))
    return {key: one["fact"]["outlet"]["name"] for key, one in documents.items()}


class ReviewLog:
    """The reviews of each signal in one document, and those not yet published in an outbox."""

    def __init__(self, database: Database) -> None:
        self._logs = database["review_logs"]
        self._outbox = database["review_outbox"]

    async def entries(self, signal_id: str) -> dict[str, Recorded]:
        """Return what was decided about a signal, by review."""
        with transient_mongo():
            return _entries(await self._logs.find_one({"_id": signal_id}))

    async def add(self, review: ReviewRecorded) -> dict[str, Recorded]:
        """Add a review and return all of them, in one step."""
        entry = {
            "actor_id": review.actor_id,
            "decision": review.decision.value,
            "scope": review.scope,
            "note": review.note,
            "recorded_at": review.recorded_at,
        }
        with transient_mongo():
            document = await self._logs.find_one_and_update(
                {"_id": review.subject_id},
                {"$set": {f"entries.{review.review_id}": entry}},
                upsert=True,
                return_document=True,
            )
        return _entries(document)

    async def drop(self, review: ReviewRecorded) -> None:
        """Take back a review that may not count and was not published."""
        with transient_mongo():
            await self._logs.update_one(
                {"_id": review.subject_id}, {"$unset": {f"entries.{review.review_id}": ""}}
            )

    async def wait(self, review: ReviewRecorded) -> None:
        """Put a review into the outbox; again is once."""
        event = {"event": encode(review).decode(), "recorded_at": review.recorded_at}
        with transient_mongo():
            await self._outbox.update_one(
                {"_id": review.review_id}, {"$setOnInsert": event}, upsert=True
            )

    async def waiting(self) -> list[ReviewRecorded]:
        """Return what is to be published, oldest first."""
        with transient_mongo():
            stored = await self._outbox.find().sort("recorded_at", 1).to_list(None)
        return [ReviewRecorded.model_validate_json(one["event"]) for one in stored]

    async def sent(self, review: ReviewRecorded) -> None:
        """Forget a review that the broker has confirmed."""
        with transient_mongo():
            await self._outbox.delete_one({"_id": review.review_id})


def _entries(document: Document | None) -> dict[str, Recorded]:
    entries = (document or {}).get("entries", {})
    return {
        review_id: Recorded(
            review_id=review_id,
            actor_id=one["actor_id"],
            decision=Decision(one["decision"]),
            scope=one["scope"],
            note=one["note"],
            recorded_at=one["recorded_at"],
        )
        for review_id, one in entries.items()
    }
