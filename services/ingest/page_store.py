"""What ingest keeps of pages in MongoDB; every hot path reads and writes by `_id`.

frontier/<entry_id>  pages discovered and not yet brought to an outcome: the work list
entries/<entry_id>   what became of every other page
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, fields
from datetime import datetime

from services.ingest.bulk import write_all
from services.ingest.outcomes import Outcome
from services.ingest.targets import Known, Target
from shared.events import Collection, SourceKind
from shared.mongo import Database, Document, UpdateOne, transient_mongo

TARGET_FIELDS = tuple(field.name for field in fields(Target))


@dataclass(frozen=True, slots=True)
class KnownEntry:
    """A page that was read before: what its feed said of it then, and what is known."""

    digest: str
    known: Known


@dataclass(frozen=True, slots=True)
class Done:
    """A page with its final outcome, as `entries` keeps it."""

    target: Target
    outcome: Outcome
    reason: str
    known: Known
    done_at: datetime
    capture_id: str | None = None


@dataclass(frozen=True, slots=True)
class PageStore:
    """The pages of one installation."""

    database: Database

    async def prepare(self) -> None:
        """Ask for the index that finding a source's pages uses after a crash."""
        with transient_mongo():
            await self.database["frontier"].create_index("source_id")

    async def known_entries(self, entry_ids: Sequence[str]) -> dict[str, KnownEntry]:
        """Return those of the pages that have an outcome."""
        wanted = {"digest": 1, "known": 1}
        with transient_mongo():
            found = self.database["entries"].find({"_id": {"$in": list(entry_ids)}}, wanted)
            return {
                document["_id"]: KnownEntry(document["digest"], Known(**document["known"]))
                async for document in found
            }

    async def discover(self, targets: Sequence[Target]) -> None:
        """Put *targets* on the work list; those already on it stay as they are."""
        await write_all(
            self.database["frontier"],
            [
                UpdateOne({"_id": one.entry_id}, {"$setOnInsert": _document(one)}, upsert=True)
                for one in targets
            ],
        )

    async def waiting(self, source_id: str) -> list[Target]:
        """Return the work list of one source, which a crash or another process left."""
        with transient_mongo():
            found = self.database["frontier"].find({"source_id": source_id})
            return [_target(document) async for document in found]

    async def delay(self, retried: Sequence[tuple[Target, str]]) -> None:
        """Remember attempts in vain with their reasons, and when to try again."""
        await write_all(
            self.database["frontier"],
            [
                UpdateOne(
                    {"_id": one.entry_id},
                    {"$set": {"attempts": one.attempts, "next_at": one.next_at, "reason": reason}},
                )
                for one, reason in retried
            ],
        )

    async def finish(self, done: Sequence[Done]) -> None:
        """Record the outcomes, then take the pages off the work list."""
        await write_all(
            self.database["entries"],
            [
                UpdateOne({"_id": one.target.entry_id}, {"$set": _outcome(one)}, upsert=True)
                for one in done
            ],
        )
        with transient_mongo():
            ids = [one.target.entry_id for one in done]
            await self.database["frontier"].delete_many({"_id": {"$in": ids}})


def _document(target: Target) -> Document:
    fields = {name: getattr(target, name) for name in TARGET_FIELDS if name != "entry_id"}
    words = {"collection": str(target.collection), "kind": str(target.kind)}
    return {**fields, **words, "known": asdict(target.known)}


def _target(document: Document) -> Target:
    fields = {name: document[name] for name in TARGET_FIELDS if name in document}
    fields["kind"] = SourceKind(document["kind"])
    fields["collection"] = Collection(document["collection"])
    fields["known"] = Known(**document["known"])
    return Target(entry_id=document["_id"], **fields)


def _outcome(done: Done) -> Document:
    target = done.target
    return {
        "source_id": target.source_id,
        "outlet_id": target.outlet_id,
        "url": target.url,
        "digest": target.digest,
        "outcome": str(done.outcome),
        "reason": done.reason,
        "known": asdict(done.known),
        "capture_id": done.capture_id,
        "done_at": done.done_at,
    }
