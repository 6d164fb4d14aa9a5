"""Runs programs whose words matter only when they fail; each word is also in the check's log."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import IO

from deploy.check.paths import LOGS
from deploy.local.errors import LocalError

LAST_LINES = 15


def run(
    command: Sequence[str | Path],
    log: str,
    *,
    folder: Path | None = None,
    environment: Mapping[str, str] | None = None,
    stdin: IO[bytes] | None = None,
) -> None:
    """Run *command*, adding its words to `logs/<log>.log`; LocalError with the last of them."""
    LOGS.mkdir(parents=True, exist_ok=True)
    path = LOGS / f"{log}.log"
    with path.open("ab") as sink:
        began = sink.tell()
        status = subprocess.call(
            command,
            cwd=folder,
            env={**os.environ, **(environment or {})},
            stdin=stdin or subprocess.DEVNULL,
            stdout=sink,
            stderr=subprocess.STDOUT,
        )
    if status != 0:
        said = path.read_bytes()[began:].decode("utf-8", "replace").splitlines()
        last = "\n".join(said[-LAST_LINES:])
        raise LocalError(f"{Path(command[0]).name} failed ({status}), see {path}:\n{last}")


def ask(command: Sequence[str | Path], folder: Path | None = None) -> str:
    """Return what *command* prints; LocalError if it fails."""
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise LocalError(f"{' '.join(map(str, command))}: {done.stderr.strip()[-500:]}")
    return done.stdout.strip()
