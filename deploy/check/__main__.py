"""`python -m deploy.check`: the machine's packages, then the check in namespaces of its own."""

from __future__ import annotations

import os
import shutil
import sys
from typing import Annotated

import typer

from deploy.check.daemon import remove_cgroups
from deploy.check.namespace import run_inside
from deploy.check.outlets import ENVIRONMENT
from deploy.check.paths import LOGS
from deploy.cli.setup import run as run_quietly
from deploy.cli.terminal import console, run
from deploy.local.errors import LocalError

# Program -> the Debian package that has it.
PROGRAMS = {
    "dockerd": "docker.io",
    "docker-compose": "docker-compose",
    "debootstrap": "debootstrap",
    "slirp4netns": "slirp4netns",
    "ip": "iproute2",
}


def main(
    faults: Annotated[bool, typer.Option(help="Also kill each container in turn.")] = False,
) -> None:
    """Boot docker-compose.yml in real containers, and try what operators rely on."""
    if os.geteuid() != 0 or sys.platform != "linux":
        raise LocalError("The check starts a container engine of its own: it needs root on Linux.")
    install_programs()
    shutil.rmtree(LOGS, ignore_errors=True)
    os.environ.update(ENVIRONMENT)
    options = ["--faults"] if faults else []
    try:
        status = run_inside([sys.executable, "-m", "deploy.check.inside", *options])
    finally:
        remove_cgroups()
    raise typer.Exit(status)


def install_programs() -> None:
    """Install the Debian packages that are missing; LocalError where that is not possible."""
    missing = sorted({package for name, package in PROGRAMS.items() if shutil.which(name) is None})
    if not missing:
        return
    if shutil.which("apt-get") is None:
        raise LocalError(f"Install first: {', '.join(missing)} (names of Debian's packages).")
    console.print(f"installing {' '.join(missing)}")
    # RUNLEVEL keeps the packages from starting a container engine of the machine's own.
    quiet = {"DEBIAN_FRONTEND": "noninteractive", "RUNLEVEL": "1"}
    run_quietly(["apt-get", "update"], "refresh Debian's lists", quiet)
    command = ["apt-get", "install", "-y", "--no-install-recommends", *missing]
    run_quietly(command, "install the container engine", quiet)


if __name__ == "__main__":
    run(lambda: typer.run(main))
