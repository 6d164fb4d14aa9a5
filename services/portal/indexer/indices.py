"""Makes every index and keeps it there: creation, rebuilding from MongoDB, and the swap.

MongoDB holds the truth; an index is only a way to search it. So an index that is missing
or has an old mapping is filled anew beside the old one, and then takes over its alias.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import structlog
from elasticsearch import ApiError, AsyncElasticsearch, NotFoundError

from services.portal.indexer.mappings import Index
from services.portal.indexer.store import DocumentStore
from shared.elastic import alias, bulk, index_name, transient_elastic
from shared.errors import TransientError
from shared.mongo import Document

log = structlog.get_logger()

CHECK_SECONDS = 5.0
COPIED_AT_ONCE = 200

ToSearch = Callable[[Document], Document]


@dataclass(frozen=True, slots=True)
class Filled:
    """An index with where its documents are kept and how they are turned into its form."""

    index: Index
    source: DocumentStore
    to_search: ToSearch


@dataclass(slots=True)
class Indices:
    """All indices of one installation. `ready` is False while one is missing or filling."""

    client: AsyncElasticsearch
    namespace: str
    filled: Sequence[Filled]
    clock: Callable[[], datetime]
    ready: bool = False

    async def keep(self) -> None:
        """Make what is missing, for as long as the service runs."""
        while True:
            try:
                await self.prepare()
            except TransientError as error:
                log.info("indices_awaited", reason=str(error))
            await asyncio.sleep(CHECK_SECONDS)

    async def prepare(self) -> None:
        """Return when every index is there with its present mapping."""
        for one in self.filled:
            if not await self._current(one.index):
                self.ready = False
                await self.rebuild(one)
        self.ready = True

    async def outdated(self) -> list[str]:
        """Return the subjects whose index is missing or has an older mapping."""
        return [one.index.subject for one in self.filled if not await self._current(one.index)]

    async def rebuild(self, filled: Filled) -> str:
        """Fill a new index from MongoDB, give it the alias, drop the old; return its name.

        What is written meanwhile goes to the old index, so a second pass after the swap
        brings over whatever grew newer: `external` refuses equal versions, which keeps that
        pass cheap.
        """
        subject = filled.index.subject
        old = await self._behind(subject)
        name = await self._create(filled.index)
        await self._copy(filled, name, "external_gte")
        await self._swap(filled.index, name)
        await self._copy(filled, name, "external")
        with transient_elastic():
            await self.client.indices.refresh(index=name)
            if old:
                await self.client.indices.delete(index=",".join(old), ignore_unavailable=True)
        log.info("index_rebuilt", index=name, replaced=old)
        return name

    async def _current(self, index: Index) -> bool:
        base = index_name(index.subject, index.version, self.namespace)
        return any(
            name == base or name.startswith(f"{base}-")
            for name in await self._behind(index.subject)
        )

    async def _behind(self, subject: str) -> list[str]:
        """Return the indices that the alias stands for; none where it does not exist."""
        with transient_elastic():
            try:
                answer = await self.client.indices.get_alias(name=alias(subject, self.namespace))
            except NotFoundError:
                return []
        return sorted(answer)

    async def _create(self, index: Index) -> str:
        """Create the index under its plain name, or where that is taken with the time added."""
        base = index_name(index.subject, index.version, self.namespace)
        for name in (base, f"{base}-{self.clock():%Y%m%d%H%M%S%f}"):
            try:
                with transient_elastic():
                    await self.client.indices.create(
                        index=name, mappings=index.mappings, settings=index.settings
                    )
            except ApiError as error:
                if error.error != "resource_already_exists_exception":
                    raise
            else:
                return name
        raise TransientError(f"Another process is making the index {base}.")

    async def _copy(self, filled: Filled, name: str, version_type: str) -> None:
        async for documents in _pages(filled.source.all()):
            refused = await bulk(
                self.client, actions(name, documents, filled.to_search, version_type)
            )
            for document_id, reason in refused.items():
                log.error("document_refused", index=name, id=document_id, reason=reason)

    async def _swap(self, index: Index, name: str) -> None:
        """Move the alias in one step, whatever it stood for before."""
        known = alias(index.subject, self.namespace)
        steps: list[dict[str, Any]] = [
            {"remove": {"index": old, "alias": known}} for old in await self._behind(index.subject)
        ]
        with transient_elastic():
            await self.client.indices.update_aliases(
                actions=[*steps, {"add": {"index": name, "alias": known, "is_write_index": True}}]
            )


def actions(
    target: str,
    documents: Sequence[Document],
    to_search: ToSearch,
    version_type: str = "external_gte",
) -> Iterator[dict[str, Any]]:
    """Yield bulk actions that index *documents* at their own versions."""
    for document in documents:
        yield {
            "_op_type": "index",
            "_index": target,
            "_id": document["_id"],
            "version": document["version"],
            "version_type": version_type,
            "_source": to_search(document),
        }


async def _pages(documents: AsyncIterator[Document]) -> AsyncIterator[list[Document]]:
    page: list[Document] = []
    async for document in documents:
        page.append(document)
        if len(page) == COPIED_AT_ONCE:
            yield page
            page = []
    if page:
        yield page
