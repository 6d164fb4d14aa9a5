"""The merged documents in MongoDB, written in batches by compare-and-set on their version.

Two workers may hold facts about one item after a rebalance. Each reads, merges and writes
only if nobody wrote in between; who lost reads again. So no fact is overwritten, and the
version grows by one with every change, which is what the search index orders writes by.
"""

from __future__ import annotations

import secrets
from collections.abc import AsyncIterator, Mapping, Sequence
from typing import Protocol

import orjson

from shared.errors import TransientError
from shared.mongo import (
    BulkWriteError,
    Collection,
    Database,
    Document,
    InsertOne,
    ReplaceOne,
    transient_mongo,
)

ROUNDS = 8
PAGE = 200
DUPLICATE_KEY = 11000


class Applicable(Protocol):
    """A fact that turns one document into the next, or gives back the very same one."""

    def apply(self, document: Document) -> Document:
        """Return the document with the fact."""


Changes = Mapping[str, Sequence[Applicable]]


class DocumentStore:
    """One collection of merged documents.

    The field *packed*, if any, is stored as JSON text: a large fact that nothing searches
    in here costs the engine a fifth of what its thousand small fields would.
    """

    def __init__(self, database: Database, collection: str, packed: str | None = None) -> None:
        self._documents: Collection = database[collection]
        self._packed = packed

    async def get(self, document_id: str) -> Document | None:
        """Return one document, or None."""
        with transient_mongo():
            found = await self._documents.find_one({"_id": document_id})
        return None if found is None else self._unpack(found)

    async def read(self, ids: Sequence[str]) -> dict[str, Document]:
        """Return those of *ids* that are there."""
        with transient_mongo():
            cursor = self._documents.find({"_id": {"$in": list(ids)}})
            return {document["_id"]: self._unpack(document) async for document in cursor}

    async def apply(self, changes: Changes) -> dict[str, Document]:
        """Bring all *changes* into the store; return every document they concern as it is now."""
        settled: dict[str, Document] = {}
        for _ in range(ROUNDS):
            pending = {key: facts for key, facts in changes.items() if key not in settled}
            if not pending:
                return settled
            settled |= await self._round(pending)
        raise TransientError("Other workers keep changing the same documents.")

    async def all(self) -> AsyncIterator[Document]:
        """Yield every document, in no promised order."""
        with transient_mongo():
            async for document in self._documents.find(batch_size=PAGE):
                yield self._unpack(document)

    def _pack(self, document: Document) -> Document:
        if self._packed is None or self._packed not in document:
            return document
        part = orjson.dumps(document[self._packed], option=orjson.OPT_SORT_KEYS)
        return document | {self._packed: part.decode()}

    def _unpack(self, document: Document) -> Document:
        if self._packed is None or self._packed not in document:
            return document
        return document | {self._packed: orjson.loads(document[self._packed])}

    async def _round(self, changes: Changes) -> dict[str, Document]:
        """Read, merge and write once; return the documents that are settled."""
        stored = await self.read(list(changes))
        settled: dict[str, Document] = {}
        writes: dict[str, Document] = {}
        mark = secrets.token_hex(8)
        for key, facts in changes.items():
            before = stored.get(key, {"_id": key, "version": 0})
            after = before
            for fact in facts:
                after = fact.apply(after)
            if after is before:
                settled[key] = before
            else:
                writes[key] = after | {"version": before["version"] + 1, "mark": mark}
        won = await self._write(writes, mark)
        return settled | {key: writes[key] for key in won}

    async def _write(self, writes: Mapping[str, Document], mark: str) -> set[str]:
        """Write where the version is still the one that was read; return whose write won."""
        if not writes:
            return set()
        operations = [_operation(self._pack(document)) for document in writes.values()]
        try:
            with transient_mongo():
                result = await self._documents.bulk_write(operations, ordered=False)
        except BulkWriteError as error:
            _only_duplicates(error)
        else:
            if result.inserted_count + result.matched_count == len(writes):
                return set(writes)
        with transient_mongo():
            cursor = self._documents.find({"_id": {"$in": list(writes)}}, {"mark": 1})
            return {document["_id"] async for document in cursor if document.get("mark") == mark}


def _operation(document: Document) -> InsertOne[Document] | ReplaceOne[Document]:
    version = document["version"]
    if version == 1:
        return InsertOne(document)
    return ReplaceOne({"_id": document["_id"], "version": version - 1}, document)


def _only_duplicates(error: BulkWriteError) -> None:
    """Let pass that another worker inserted first; raise for anything else."""
    problems = (error.details or {}).get("writeErrors", [])
    if not problems or any(problem["code"] != DUPLICATE_KEY for problem in problems):
        raise error
