"""API keys: made by their owner, shown once, kept as a hash, narrower than the owner.

A key reads or also writes; it never holds a releaser's role, because a release is decided by
two people and not by two programs.
"""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Annotated
from uuid import uuid4

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from services.portal.accounts.model import RELEASERS, Principal, Role
from services.portal.problems import ProblemError, not_found
from shared.mongo import Database, Document, transient_mongo

PREFIX = "tocsin_"
MOST = 20
# How exactly the last use is known; more would be a write for every request.
USE_NOTED = timedelta(minutes=5)
FULL = ProblemError(409, "Not made", f"You have {MOST} keys already: revoke one first.")


class KeyScope(StrEnum):
    """What a key may do."""

    READ = "read"
    WRITE = "write"


class KeyRequest(BaseModel):
    """A key to be made."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=100)]
    scope: KeyScope = KeyScope.READ
    days: Annotated[int, Field(ge=1, le=366, description="Days until it expires.")] = 90


class ApiKey(BaseModel):
    """A key as its owner sees it later: without its secret."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    key_id: str
    name: str
    scope: KeyScope
    created_at: datetime
    expires_at: datetime
    last_used_at: datetime | None = None


class NewKey(ApiKey):
    """A key just made; its secret is shown this once."""

    secret: str


class KeyStore:
    """Keeps keys by the hash of their secret."""

    def __init__(self, database: Database) -> None:
        self._keys = database["api_keys"]

    async def make(self, owner_id: str, asked: KeyRequest, now: datetime) -> NewKey:
        """Return a new key with its secret, which is kept nowhere."""
        secret = PREFIX + secrets.token_urlsafe(32)
        made = NewKey(
            key_id=str(uuid4()),
            name=asked.name,
            scope=asked.scope,
            created_at=now,
            expires_at=now + timedelta(days=asked.days),
            secret=secret,
        )
        document = made.model_dump(exclude={"secret"}) | {"scope": asked.scope.value}
        with transient_mongo():
            if await self._keys.count_documents({"owner_id": owner_id}) >= MOST:
                raise FULL
            await self._keys.insert_one(document | {"_id": _hash(secret), "owner_id": owner_id})
        return made

    async def of_owner(self, owner_id: str) -> list[ApiKey]:
        """Return a person's keys, newest first."""
        with transient_mongo():
            found = await self._keys.find({"owner_id": owner_id}).to_list(None)
        return sorted((ApiKey(**_plain(one)) for one in found), key=lambda k: k.created_at)[::-1]

    async def revoke(self, owner_id: str, key_id: str) -> None:
        """Make a key of one's own useless at once."""
        with transient_mongo():
            done = await self._keys.delete_one({"owner_id": owner_id, "key_id": key_id})
        if not done.deleted_count:
            raise not_found("key")

    async def owner(self, secret: str, now: datetime) -> tuple[str, KeyScope] | None:
        """Return whose key it is and what it may do; None where it is unknown or over."""
        with transient_mongo():
            found = await self._keys.find_one({"_id": _hash(secret)})
            if found is None or found["expires_at"] <= now:
                return None
            last = found.get("last_used_at")
            if last is None or now - last > USE_NOTED:
                await self._keys.update_one({"_id": found["_id"]}, {"$set": {"last_used_at": now}})
        return found["owner_id"], KeyScope(found["scope"])


def narrowed(principal: Principal) -> Principal:
    """Return who a key's holder is: its owner, less what only a person may decide."""
    if not principal.holds(RELEASERS):
        return principal
    return replace(principal, roles=(principal.roles - RELEASERS) | {Role.ANALYST})


def _plain(document: Document) -> Document:
    return {name: value for name, value in document.items() if name != "_id"}


def _hash(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
