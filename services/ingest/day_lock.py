"""Who may still add to a day's captures: writers share a lock, whoever closes it has it alone.

The lock is the kernel's, so a process that is killed leaves none behind.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

NAME = ".lock"


def share(folder: Path) -> int:
    """Return a descriptor that keeps the day open until it is closed. May wait for a moment."""
    descriptor = _open(folder)
    fcntl.flock(descriptor, fcntl.LOCK_SH)
    return descriptor


@contextmanager
def alone(folder: Path) -> Iterator[bool]:
    """Tell whether nobody writes to the day; nobody begins to inside the block."""
    descriptor = _open(folder)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
        else:
            yield True
    finally:
        os.close(descriptor)


def _open(folder: Path) -> int:
    return os.open(folder / NAME, os.O_RDWR | os.O_CREAT, 0o644)
