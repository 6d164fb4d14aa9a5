"""Exports how much of the disk is free; Prometheus makes the forecast from it.

A container sees the size of the disk on which the container engine keeps containers and volumes,
wherever it looks in its own file system, so that no volume has to be given to this process.
"""

from __future__ import annotations

import asyncio
import shutil
from pathlib import Path

from shared.metrics import DISK_FREE_BYTES, DISK_SIZE_BYTES

PERIOD_SECONDS = 15.0
HERE = Path(__file__)  # not /tmp or the state folder, which are memory in a container


def measure_disk(path: Path = HERE) -> None:
    """Set the gauges for the disk that holds *path*."""
    usage = shutil.disk_usage(path)
    DISK_FREE_BYTES.set(usage.free)
    DISK_SIZE_BYTES.set(usage.total)


async def observe_disk() -> None:
    """Measure for ever."""
    while True:
        measure_disk()
        await asyncio.sleep(PERIOD_SECONDS)
