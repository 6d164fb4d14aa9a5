"""Passwords: made by us, kept as argon2id hashes, checked off the event loop."""

from __future__ import annotations

import asyncio
import secrets
from functools import lru_cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

# No look-alikes: people type these from paper.
ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"
GROUPS, GROUP_LENGTH = 4, 5  # 20 characters of 31: 99 bits
MIN_LENGTH, MAX_LENGTH = 12, 200  # of a password that a person chooses

# One check takes 64 MiB and tens of milliseconds; a flood of sign-ins queues here.
CONCURRENT_CHECKS = 2

_hasher = PasswordHasher()


def new_password() -> str:
    """Return a random password in four groups."""
    groups = ("".join(secrets.choice(ALPHABET) for _ in range(GROUP_LENGTH)) for _ in range(GROUPS))
    return "-".join(groups)


def hash_password(password: str) -> str:
    """Return the argon2id hash, with its parameters and salt."""
    return _hasher.hash(password)


class PasswordCheck:
    """Checks passwords a few at a time in threads."""

    def __init__(self) -> None:
        self._turns = asyncio.Semaphore(CONCURRENT_CHECKS)

    async def __call__(self, password_hash: str | None, password: str) -> bool:
        """Tell whether *password* is right; an unknown account takes as long as a known one."""
        async with self._turns:
            return await asyncio.to_thread(_matches, password_hash, password)

    async def hash(self, password: str) -> str:
        """Return the hash of a new password; making it takes as long as a check."""
        async with self._turns:
            return await asyncio.to_thread(hash_password, password)


def _matches(password_hash: str | None, password: str) -> bool:
    try:
        _hasher.verify(password_hash or _decoy(), password)
    except (VerificationError, InvalidHashError):
        return False
    return password_hash is not None


@lru_cache(maxsize=1)
def _decoy() -> str:
    """Return a hash that nobody's password has, to spend the same time on unknown names."""
    return _hasher.hash(secrets.token_hex(16))
