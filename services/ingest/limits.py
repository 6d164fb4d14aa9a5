"""What a parser process does to itself before it touches anything from outside."""

from __future__ import annotations

import math
import resource
from collections.abc import Callable
from pathlib import Path
from typing import Any

# The wall limit is kept by the caller; this one is kept by the kernel, and so also ends a
# parser whose service has been killed.
CPU_SECONDS = 6
# On top of what the process has mapped once the parsers are loaded. Real pages need a
# tenth of it; what needs more is an attack or a mistake.
MEMORY_BYTES = 256 * 1024 * 1024


def limit_memory() -> None:
    """Bound this process's address space, and write no core files."""
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0])
    limit = pages * resource.getpagesize() + MEMORY_BYTES
    resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def run_limited(function: Callable[..., Any], args: Any, kwargs: Any) -> Any:
    """Return function(*args, **kwargs), with the processor time bounded from now on."""
    usage = resource.getrusage(resource.RUSAGE_SELF)
    used = math.ceil(usage.ru_utime + usage.ru_stime)
    _, hard = resource.getrlimit(resource.RLIMIT_CPU)
    resource.setrlimit(resource.RLIMIT_CPU, (used + CPU_SECONDS, hard))
    return function(*args, **kwargs)
