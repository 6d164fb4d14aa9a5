"""What a parser process does to itself before it touches anything from outside."""

from __future__ import annotations

import math
import resource
import signal
from collections.abc import Callable
from pathlib import Path
from typing import Any

# The wall limit is kept by the caller; this one is kept by the kernel, and so also ends a
# parser whose service has been killed.
CPU_SECONDS = 6
# On top of what the process has mapped once the parsers are loaded. Real pages need a
# tenth of it; what needs more is an attack or a mistake.
MEMORY_BYTES = 256 * 1024 * 1024


def prepare_process() -> None:
    """Bound this process's address space, write no core files, and die when told to.

    A Python handler for SIGTERM would not run while a parser is inside its C code.
    """
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
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
