"""The operator's clone: the files of this repository, with secrets and outlets of its own.

It is set up as docs/operations.md tells operators to: by the same commands, nothing else. Only
its outlets are the recorded ones.
"""

from __future__ import annotations

import os
import shutil
import sys

from deploy.check.paths import CLONE
from deploy.check.shell import ask, run
from deploy.demo.registry import write_registry
from deploy.local.paths import REPOSITORY

NAME = "tocsin.test"  # of no public server, so that the proxy makes a certificate itself
POLL_SECONDS = 60  # the least that production allows
ENVIRONMENT = f"PORTAL_NAME={NAME}\nPORTAL_TLS=tls internal\n"


def set_up(outlets_port: int) -> None:
    """Make the clone anew."""
    shutil.rmtree(CLONE, ignore_errors=True)
    for name in _files():
        target = CLONE / name
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(REPOSITORY / name, target)
    run([sys.executable, "deploy/compose/credentials.py"], "clone", folder=CLONE)
    (CLONE / ".env").write_text(ENVIRONMENT, encoding="ascii")
    outlets = CLONE / "deploy/config/outlets"
    for file in outlets.glob("*.yaml"):
        file.unlink()
    write_registry(outlets, outlets_port, POLL_SECONDS)


def _files() -> list[str]:
    """Return what a clone would have now, also what is not committed yet."""
    listed = ask(["git", "ls-files", "--cached", "--others", "--exclude-standard"], REPOSITORY)
    return [name for name in listed.splitlines() if (REPOSITORY / name).is_file()]


def compose(*words: str, log: str = "compose") -> None:
    """Run docker-compose in the clone, as the operator would."""
    run([*_command(), *words], log, folder=CLONE)


def compose_says(*words: str) -> str:
    """Return what docker-compose prints."""
    return ask([*_command(), *words], CLONE)


def _command() -> list[str]:
    os.environ["COMPOSE_PROJECT_NAME"] = "tocsin"
    return ["docker-compose"] if shutil.which("docker-compose") else ["docker", "compose"]
