"""Accounts in MongoDB, by id alone: the id follows from the name, which makes it unique."""

from __future__ import annotations

from collections.abc import Iterable

from services.portal.accounts.model import Account, PasswordSet, Role
from shared.mongo import Database, Document, DuplicateKeyError, transient_mongo


class AccountStore:
    """Reads and writes accounts."""

    def __init__(self, database: Database) -> None:
        self._accounts = database["accounts"]

    async def get(self, account_id: str) -> Account | None:
        """Return the account, or None."""
        with transient_mongo():
            document = await self._accounts.find_one({"_id": account_id})
        return None if document is None else _account(document)

    async def named(self, ids: Iterable[str]) -> dict[str, str]:
        """Return the names of those of *ids* that are accounts."""
        with transient_mongo():
            cursor = self._accounts.find({"_id": {"$in": sorted(set(ids))}}, {"name": 1})
            return {document["_id"]: document["name"] async for document in cursor}

    async def add(self, account: Account) -> bool:
        """Store a new account; False when the name is taken."""
        try:
            with transient_mongo():
                await self._accounts.insert_one(_document(account))
        except DuplicateKeyError:
            return False
        return True

    async def set_password(
        self,
        account_id: str,
        password_hash: str,
        event: PasswordSet,
        instead_of: str | None = None,
    ) -> bool:
        """Replace the password and remember who did it; False for an unknown account.

        With *instead_of*, only where that hash is still the present one: whoever proved the
        old password must not undo a reset that came in between.
        """
        present = {} if instead_of is None else {"password_hash": instead_of}
        with transient_mongo():
            result = await self._accounts.update_one(
                {"_id": account_id} | present,
                {
                    "$set": {"password_hash": password_hash},
                    "$push": {"history": {"by": event.by, "at": event.at}},
                },
            )
        return result.matched_count == 1

    async def set_disabled(self, account_id: str, disabled: bool) -> bool:
        """Shut out or let in again; False for an unknown account."""
        with transient_mongo():
            result = await self._accounts.update_one(
                {"_id": account_id}, {"$set": {"disabled": disabled}}
            )
        return result.matched_count == 1


def _document(account: Account) -> Document:
    return {
        "_id": account.id,
        "name": account.name,
        "password_hash": account.password_hash,
        "roles": sorted(account.roles),
        "countries": sorted(account.countries),
        "disabled": account.disabled,
        "history": [{"by": event.by, "at": event.at} for event in account.history],
    }


def _account(document: Document) -> Account:
    return Account(
        id=document["_id"],
        name=document["name"],
        password_hash=document["password_hash"],
        roles=frozenset(Role(role) for role in document["roles"]),
        countries=frozenset(document["countries"]),
        disabled=document["disabled"],
        history=tuple(PasswordSet(event["by"], event["at"]) for event in document["history"]),
    )
