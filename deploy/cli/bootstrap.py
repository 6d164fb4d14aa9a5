"""Makes .venv/ from the lock file, before any of Tocsin's dependencies can be imported.

Plain standard library, run by the system's Python from the Makefile. The stamp holds the
lock's checksum, so that an unchanged environment costs a few milliseconds.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
import threading
import time
import venv
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # an older Python must come as far as being told that it is too old
    from typing import Self

REPOSITORY = Path(__file__).resolve().parents[2]
ENVIRONMENT = REPOSITORY / ".venv"
PYTHON = ENVIRONMENT / "bin" / "python"
LOCK = REPOSITORY / "requirements.lock"
STAMP = ENVIRONMENT / "lock.sha256"
COMMAND = ENVIRONMENT / "bin" / "tocsin"
MINIMUM = (3, 11)
VENV_PACKAGE = "python3-venv"  # Debian's
TICK_SECONDS = 5.0


def checksum() -> str:
    """Return what the environment must have been made from: the lock and this Python."""
    version = ".".join(map(str, sys.version_info[:2]))
    return f"{hashlib.sha256(LOCK.read_bytes()).hexdigest()} {version}"


def up_to_date() -> bool:
    """Return whether .venv/ holds exactly what the lock names."""
    return PYTHON.exists() and STAMP.exists() and STAMP.read_text("ascii") == checksum()


def make() -> int:
    """Create .venv/ and install the locked packages; return pip's exit status."""
    if not _has_pip() and not _create():
        return 1
    status = _install()
    if status == 0:
        _write_command()
        STAMP.write_text(checksum(), encoding="ascii")
    return status


def _has_pip() -> bool:
    """Return whether there is an environment that packages can be installed into."""
    if not PYTHON.exists():
        return False
    command = [str(PYTHON), "-m", "pip", "--version"]
    return subprocess.run(command, capture_output=True, check=False).returncode == 0


def _create() -> bool:
    """Make an empty environment; on Debian root first fetches what makes environments."""
    if _try_create():
        return True
    if os.geteuid() == 0 and shutil.which("apt-get"):
        for command in (["update"], ["install", "-y", "--no-install-recommends", VENV_PACKAGE]):
            _debian(command)
        if _try_create():
            return True
    print(f"This Python cannot make environments: apt-get install {VENV_PACKAGE}.")
    return False


def _try_create() -> bool:
    """Make an empty environment, or leave none: a half one would look like a whole one."""
    whole = False
    try:
        with Ticker("making .venv/"):
            venv.create(ENVIRONMENT, with_pip=True, clear=True)
        whole = _has_pip()
    except subprocess.CalledProcessError:  # Debian keeps what brings pip in a package of its own
        pass
    finally:
        if not whole:
            shutil.rmtree(ENVIRONMENT, ignore_errors=True)
    return whole


def _debian(arguments: list[str]) -> None:
    command = [shutil.which("apt-get") or "apt-get", *arguments]
    quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    with Ticker(f"apt-get {' '.join(arguments)}"):
        subprocess.run(command, env=quiet, capture_output=True, check=False)


def _install() -> int:
    total = LOCK.read_text(encoding="utf-8").count("==")
    pip = [str(PYTHON), "-m", "pip", "--disable-pip-version-check", "install", "--no-deps"]
    done, tail = 0, ""
    command = [*pip, "--require-hashes", "--requirement", str(LOCK)]
    with (
        Ticker(f"0 of {total} packages") as ticker,
        subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
        ) as process,
    ):
        for line in process.stdout or ():
            done += line.startswith("Collecting")
            tail = line if line.startswith("ERROR") or not tail else tail
            installing = line.startswith("Installing")
            ticker.doing = "putting them in place" if installing else f"{done} of {total} packages"
    if process.returncode != 0:
        print(f"The Python packages could not be installed: {tail.strip()}", file=sys.stderr)
    return process.returncode


class Ticker:
    """Says from time to time what is being done and for how long, until the block ends."""

    def __init__(self, doing: str) -> None:
        self.doing = doing
        self._began = time.monotonic()
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._tick, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ended.set()
        self._thread.join()

    def _tick(self) -> None:
        terminal = sys.stdout.isatty()
        while not self._ended.wait(1 if terminal else TICK_SECONDS):
            line = f"        python  {self.doing}  {time.monotonic() - self._began:.0f} s"
            print(f"\r{line}\033[K" if terminal else line, end="" if terminal else "\n", flush=True)
        if terminal:
            print(flush=True)


def _write_command() -> None:
    """Offer `tocsin` beside Python: it works from any folder once .venv/bin is on PATH."""
    COMMAND.write_text(
        f'#!/bin/sh\ncd "{REPOSITORY}" && exec "{PYTHON}" -m deploy.cli "$@"\n', encoding="utf-8"
    )
    COMMAND.chmod(0o755)


def main() -> int:
    """Make the environment unless it is up to date."""
    if sys.version_info < MINIMUM:
        found = ".".join(map(str, sys.version_info[:3]))
        print(f"Tocsin needs Python 3.11 or newer, this is {found}: make PYTHON=python3.11 ...")
        return 1
    if up_to_date():
        return 0
    print("        python  installing the locked packages into .venv/; the first time two minutes")
    try:
        return make()
    except KeyboardInterrupt:
        return 130


if __name__ == "__main__":
    sys.exit(main())
