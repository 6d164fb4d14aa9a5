"""How commands speak to people: one console, a board of states, one sentence for a mistake."""

from __future__ import annotations

import logging
import os
import signal
import sys
from collections.abc import Callable
from types import FrameType
from typing import NoReturn

from rich.console import Console

from deploy.local.errors import LocalError
from deploy.local.paths import REPOSITORY
from shared.errors import TocsinError

INTERRUPTED = 130
console = Console(highlight=False)


def run(command: Callable[[], object]) -> NoReturn:
    """Run *command*; a known mistake ends it with its sentence, Ctrl-C with silence."""
    signal.signal(signal.SIGTERM, _interrupt)
    logging.getLogger("aiokafka").setLevel(logging.ERROR)  # it warns at each connection
    try:
        command()
    except (LocalError, TocsinError) as error:
        console.print(f"[red]{error}[/]", soft_wrap=True)
        sys.exit(1)
    except KeyboardInterrupt:
        sys.exit(INTERRUPTED)
    sys.exit(0)


def become(module: str, *arguments: str) -> NoReturn:
    """Go on as `python -m module`, so that Ctrl-C and its exit status are its own."""
    sys.stdout.flush()
    os.chdir(REPOSITORY)
    os.execv(sys.executable, [sys.executable, "-m", module, *arguments])  # noqa: S606


def _interrupt(_number: int, _frame: FrameType | None) -> NoReturn:
    raise KeyboardInterrupt
