"""Makes .venv/ from the lock file, before any of Tocsin's dependencies can be imported.

Plain standard library, run by the system's Python from the Makefile. The stamp holds the
lock's checksum, so that an unchanged environment costs a few milliseconds.
"""

from __future__ import annotations

import hashlib
import subprocess
import sys
import time
import venv
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[2]
ENVIRONMENT = REPOSITORY / ".venv"
PYTHON = ENVIRONMENT / "bin" / "python"
LOCK = REPOSITORY / "requirements.lock"
STAMP = ENVIRONMENT / "lock.sha256"
COMMAND = ENVIRONMENT / "bin" / "tocsin"
MINIMUM = (3, 11)


def checksum() -> str:
    """Return what the environment must have been made from: the lock and this Python."""
    version = ".".join(map(str, sys.version_info[:2]))
    return f"{hashlib.sha256(LOCK.read_bytes()).hexdigest()} {version}"


def up_to_date() -> bool:
    """Return whether .venv/ holds exactly what the lock names."""
    return PYTHON.exists() and STAMP.exists() and STAMP.read_text("ascii") == checksum()


def make() -> int:
    """Create .venv/ and install the locked packages; return pip's exit status."""
    if not PYTHON.exists() and not _create():
        return 1
    status = _install()
    if status == 0:
        _write_command()
        STAMP.write_text(checksum(), encoding="ascii")
    return status


def _create() -> bool:
    try:
        venv.create(ENVIRONMENT, with_pip=True, clear=True)
    except subprocess.CalledProcessError:  # Debian keeps what brings pip in a package of its own
        print("This Python cannot make environments: apt-get install python3-venv.")
        return False
    return True


def _install() -> int:
    total = LOCK.read_text(encoding="utf-8").count("==")
    pip = [str(PYTHON), "-m", "pip", "--disable-pip-version-check", "install", "--no-deps"]
    began, done, tail = time.monotonic(), 0, ""
    command = [*pip, "--require-hashes", "--requirement", str(LOCK)]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    ) as process:
        for line in process.stdout or ():
            done += line.startswith("Collecting")
            tail = line if line.startswith("ERROR") or not tail else tail
            _show(done, total, time.monotonic() - began)
    print(flush=True)
    if process.returncode != 0:
        print(f"The Python packages could not be installed: {tail.strip()}", file=sys.stderr)
    return process.returncode


def _show(done: int, total: int, seconds: float) -> None:
    if sys.stdout.isatty():
        print(f"\r        python  {done} of {total} packages  {seconds:.0f} s", end="", flush=True)


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
    print("        python  installing the locked packages into .venv/", flush=True)
    try:
        return make()
    except KeyboardInterrupt:
        return 130


if __name__ == "__main__":
    sys.exit(main())
