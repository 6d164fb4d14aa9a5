"""Runs parsers in processes that can be killed: wall, CPU and memory limits for each call.

Markup exists that makes every HTML and feed parser hang or swell. Such a call ends with a
SandboxError after its limits; the process that ran it is replaced at once from a server
that already has the parsers loaded, so that the next call waits well under a second.
"""

from __future__ import annotations

import asyncio
import multiprocessing
import threading
from collections.abc import Callable
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from typing import Any, ParamSpec, TypeVar

from pebble import ProcessExpired, ProcessPool

from services.ingest.limits import prepare_process, run_limited
from shared import metrics

WALL_SECONDS = 5.0
LOOK_SECONDS = 1.0  # how often a waiting call looks whether its pool still works
CALLS_PER_PROCESS = 2_000  # parsers cache; a fresh process bounds what that can grow to
PRELOADED = [
    "services.ingest.limits",
    "services.ingest.extract",
    "services.ingest.feeds",
    "services.ingest.front_page",
    "services.ingest.sitemaps",
]

P = ParamSpec("P")
R = TypeVar("R")


class SandboxError(Exception):
    """The call was killed at a limit or its process died; the message says which."""


class SandboxAwayError(Exception):
    """There are no parser processes just now; it says nothing of what was to be parsed."""


class _BrokenPoolError(Exception):
    """The pool has ended by itself; pebble never repairs one."""


@dataclass(slots=True)
class Sandbox:
    """A pool of *processes* parser processes, started at the first call."""

    processes: int
    _pool: ProcessPool | None = None

    async def run(self, function: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
        """Return function(*args) from another process; SandboxError at a limit.

        SandboxAwayError where no process can be had: the same call may succeed later.
        An exception of the function itself is a SandboxError too: with hostile input it
        means no more than "this cannot be parsed".
        """
        try:
            result: R = await self._run_once(function, args, kwargs)
        except _BrokenPoolError:  # processes were killed while idle: start anew, once
            try:
                result = await self._run_once(function, args, kwargs)
            except _BrokenPoolError as error:
                raise SandboxAwayError("The parser processes cannot be kept running.") from error
        return result

    async def _run_once(self, function: Callable[..., Any], args: Any, kwargs: Any) -> Any:
        """Call once; a pool found broken is put away, so that the next call gets a new one."""
        pool = self._started()
        try:
            return await _result(pool, _schedule(pool, function, args, kwargs))
        except _BrokenPoolError:
            if self._pool is pool:
                self._pool = None
                pool.stop()  # type: ignore[no-untyped-call] # pebble leaves it unannotated
                # Its threads may hang in a pipe that nobody reads: nobody waits for them.
                threading.Thread(target=pool.join, daemon=True).start()
            raise

    def _started(self) -> ProcessPool:
        if self._pool is None:
            context = multiprocessing.get_context("forkserver")
            context.set_forkserver_preload(PRELOADED)
            self._pool = ProcessPool(
                max_workers=self.processes,
                max_tasks=CALLS_PER_PROCESS,
                initializer=prepare_process,
                context=context,
            )
        return self._pool

    async def close(self) -> None:
        """End every process; calls under way fail."""
        pool, self._pool = self._pool, None
        if pool is not None:
            pool.stop()  # type: ignore[no-untyped-call] # pebble leaves it unannotated
            await asyncio.to_thread(pool.join, 10)


def _schedule(
    pool: ProcessPool, function: Callable[..., Any], args: Any, kwargs: Any
) -> asyncio.Future[Any]:
    try:
        call = pool.schedule(run_limited, args=(function, args, kwargs), timeout=WALL_SECONDS)
    except (RuntimeError, OSError) as error:  # all that pebble says of a pool that has ended
        raise _BrokenPoolError from error
    return asyncio.wrap_future(call)


async def _answer(pool: ProcessPool, call: asyncio.Future[Any]) -> Any:
    """Return the call's result; a call that was scheduled while its pool ended never has one."""
    try:
        while not call.done():
            await asyncio.wait({call}, timeout=LOOK_SECONDS)
            if not call.done() and not pool.active:
                raise _BrokenPoolError
        return call.result()
    finally:
        call.cancel()


async def _result(pool: ProcessPool, call: asyncio.Future[Any]) -> Any:
    try:
        return await _answer(pool, call)
    except BrokenProcessPool as error:
        raise _BrokenPoolError from error
    except _BrokenPoolError:
        raise
    except TimeoutError as error:
        raise _killed(f"parsing took more than {WALL_SECONDS:.0f} seconds") from error
    except ProcessExpired as error:
        raise _killed("the parser crashed or used too much processor time") from error
    except MemoryError as error:
        raise _killed("parsing needed too much memory") from error
    except Exception as error:
        raise SandboxError(f"the parser failed: {type(error).__name__}") from error


def _killed(reason: str) -> SandboxError:
    metrics.INGEST_SANDBOX_KILLS_TOTAL.inc()
    return SandboxError(reason)
