"""Waits for a dependency in place, visibly, instead of losing what is in hand."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

import structlog

from shared.consume import RetryPolicy
from shared.errors import TransientError
from shared.health import Health

log = structlog.get_logger()

T = TypeVar("T")
POLICY = RetryPolicy(first=0.2, longest=10.0)


async def patiently(health: Health, name: str, work: Callable[[], Awaitable[T]]) -> T:
    """Return the result of *work*, repeated while it raises TransientError.

    Meanwhile /healthz says under *name* what is being waited for.
    """
    return await _repeatedly(health, name, work, TransientError)


async def stubbornly(health: Health, name: str, work: Callable[[], Awaitable[T]]) -> T:
    """Return the result of *work*, repeated after errors of every kind.

    For bookkeeping that must happen and is not about one page: whatever an engine answers,
    giving up would lose pages, and ending the service would help nobody.
    """
    return await _repeatedly(health, name, work, Exception)


async def _repeatedly(
    health: Health, name: str, work: Callable[[], Awaitable[T]], passing: type[Exception]
) -> T:
    failures = 0
    while True:
        try:
            result = await work()
        except passing as error:
            failures += 1
            health.waiting(name, _told(error, failures))
            await asyncio.sleep(POLICY.pause(failures))
        else:
            health.ok(name)
            return result


def _told(error: Exception, failures: int) -> str:
    """Return what /healthz says of *error*; the log has an unexpected one in full, once."""
    if isinstance(error, TransientError):
        return str(error)
    if failures == 1:
        log.error("unexpected_failure", exc_info=error)
    return f"unexpected {type(error).__name__}; see the log"
