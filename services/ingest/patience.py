"""Waits for a dependency in place, visibly, instead of losing what is in hand."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

from shared.consume import RetryPolicy
from shared.errors import TransientError
from shared.health import Health

T = TypeVar("T")
POLICY = RetryPolicy(first=0.2, longest=10.0)


async def patiently(health: Health, name: str, work: Callable[[], Awaitable[T]]) -> T:
    """Return the result of *work*, repeated while it raises TransientError.

    Meanwhile /healthz says under *name* what is being waited for.
    """
    failures = 0
    while True:
        try:
            result = await work()
        except TransientError as error:
            failures += 1
            health.waiting(name, str(error))
            await asyncio.sleep(POLICY.pause(failures))
        else:
            health.ok(name)
            return result
