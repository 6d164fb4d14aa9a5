"""Searches that people keep, for themselves or for all who work here.

What is kept is the question, never its answer: whoever opens a shared search sees of it what
that person may see.
"""

from __future__ import annotations

from datetime import datetime
from typing import Annotated
from uuid import uuid4

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from services.portal.problems import ProblemError, not_found
from services.portal.search.request import SearchRequest
from shared.mongo import Database, transient_mongo

MOST = 200
FULL = ProblemError(409, "Not kept", f"You keep {MOST} searches already: delete one first.")


class SaveRequest(BaseModel):
    """A search to keep, under a name."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=120)]
    shared: bool = Field(False, description="Everyone with an account sees it.")
    search: SearchRequest


class SavedSearch(BaseModel):
    """A search that somebody kept."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    search_id: str
    name: str
    shared: bool
    mine: bool = False
    search: SearchRequest
    saved_at: datetime


class SavedSearches:
    """Keeps searches in MongoDB."""

    def __init__(self, database: Database) -> None:
        self._searches = database["saved_searches"]

    async def save(self, owner_id: str, asked: SaveRequest, now: datetime) -> SavedSearch:
        """Keep a search; ProblemError where its owner keeps too many."""
        search = asked.search.model_copy(update={"cursor": None})
        kept = SavedSearch(search_id=str(uuid4()), saved_at=now, **dict(asked) | {"search": search})
        with transient_mongo():
            if await self._searches.count_documents({"owner_id": owner_id}) >= MOST:
                raise FULL
            document = kept.model_dump(mode="json", exclude={"mine"})
            await self._searches.insert_one(
                document | {"_id": kept.search_id, "owner_id": owner_id}
            )
        return kept.model_copy(update={"mine": True})

    async def visible(self, actor_id: str) -> list[SavedSearch]:
        """Return one's own searches and those that others share, by name."""
        with transient_mongo():
            found = await self._searches.find(
                {"$or": [{"owner_id": actor_id}, {"shared": True}]}
            ).to_list(None)
        kept = [
            SavedSearch(**one | {"mine": one["owner_id"] == actor_id, "_id": None}) for one in found
        ]
        return sorted(kept, key=lambda one: (not one.mine, one.name.casefold()))

    async def delete(self, search_id: str, actor_id: str) -> None:
        """Delete one's own search; another's does not exist for this."""
        with transient_mongo():
            done = await self._searches.delete_one({"_id": search_id, "owner_id": actor_id})
        if not done.deleted_count:
            raise not_found("saved search")
