"""Sessions kept by the server: the cookie holds a random token, the store its hash.

What a session allows is read from the account at every request, so that disabling an
account or taking a role away works at once.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from datetime import datetime, timedelta

from shared.mongo import Database, transient_mongo

TOKEN_BYTES = 32
TOKEN_LENGTH = 43  # of 32 bytes in URL-safe base64 without padding


def csrf_token(session_token: str) -> str:
    """Return the token that forms must send along: it proves knowledge of the session."""
    return hmac.new(session_token.encode(), b"csrf", hashlib.sha256).hexdigest()


def csrf_matches(session_token: str, sent: str) -> bool:
    """Compare without telling by time how much was right."""
    return hmac.compare_digest(csrf_token(session_token).encode(), sent.encode())


class SessionStore:
    """Opens, finds, closes and sweeps sessions."""

    def __init__(self, database: Database, lifetime: timedelta = timedelta(hours=12)) -> None:
        self._sessions = database["sessions"]
        self._lifetime = lifetime

    async def open(self, account_id: str, now: datetime) -> str:
        """Return the token of a new session, which is stored nowhere."""
        token = secrets.token_urlsafe(TOKEN_BYTES)
        with transient_mongo():
            await self._sessions.insert_one(
                {"_id": _key(token), "account_id": account_id, "expires_at": now + self._lifetime}
            )
        return token

    async def account_id(self, token: str, now: datetime) -> str | None:
        """Return whose session it is, or None where it is unknown or over."""
        if len(token) != TOKEN_LENGTH:
            return None
        with transient_mongo():
            session = await self._sessions.find_one({"_id": _key(token)})
        if session is None or session["expires_at"] <= now:
            return None
        return str(session["account_id"])

    async def close(self, token: str) -> None:
        """Forget the session."""
        with transient_mongo():
            await self._sessions.delete_one({"_id": _key(token)})

    async def close_all(self, account_id: str) -> None:
        """Forget every session of an account, after a new password."""
        with transient_mongo():
            await self._sessions.delete_many({"account_id": account_id})

    async def sweep(self, now: datetime) -> int:
        """Delete what is over; not every engine expires documents by itself."""
        with transient_mongo():
            result = await self._sessions.delete_many({"expires_at": {"$lte": now}})
        return int(result.deleted_count)


def _key(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
