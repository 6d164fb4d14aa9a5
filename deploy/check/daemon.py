"""A container engine of the check's own, with its images kept below .tocsin/compose/."""

from __future__ import annotations

import contextlib
import os
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from deploy.check.paths import ENGINE, LOGS
from deploy.check.shell import ask
from deploy.local.errors import LocalError

SOCKET = f"unix://{ENGINE}/d.sock"
CGROUP = "tocsin-check"
START_SECONDS = 60.0
STOP_SECONDS = 30.0


@contextmanager
def container_engine() -> Iterator[None]:
    """Run the engine while the block lasts; DOCKER_HOST names it."""
    os.environ["DOCKER_HOST"] = SOCKET
    ENGINE.mkdir(parents=True, exist_ok=True)
    (ENGINE / "pid").unlink(missing_ok=True)  # of a run that was killed, in another namespace
    with (LOGS / "dockerd.log").open("wb") as log:
        process = subprocess.Popen(_command(), stdout=log, stderr=log, start_new_session=True)
        try:
            _await(process)
            yield
        finally:
            process.terminate()
            process.wait(STOP_SECONDS)


def remove_cgroups() -> None:
    """Remove the empty groups that the engine leaves among the machine's control groups."""
    for folder in Path("/sys/fs/cgroup").glob(f"**/{CGROUP}"):
        for path in sorted([folder, *folder.rglob("*/")], reverse=True):
            with contextlib.suppress(OSError):  # of a file, or not empty
                path.rmdir()


def _command() -> list[str | Path]:
    where: list[str | Path] = ["--data-root", ENGINE / "data", "--exec-root", ENGINE / "exec"]
    return [
        "dockerd",
        *where,
        *("-H", SOCKET, "-p", ENGINE / "pid", "--bridge=none"),
        "--default-ulimit=nofile=20000:20000",
        f"--cgroup-parent={CGROUP}",
    ]


def _await(process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + START_SECONDS
    while process.poll() is None and time.monotonic() < deadline:
        try:
            ask(["docker", "version"])
        except LocalError:
            time.sleep(0.2)
        else:
            return
    raise LocalError(f"The container engine did not start: see {LOGS / 'dockerd.log'}.")
