"""The check within its namespace: engine, images, installation, tests; each step timed."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated, NoReturn

import typer

from deploy.check.clone import compose, compose_says, set_up
from deploy.check.daemon import container_engine
from deploy.check.images import base_for, build_services, provide_images
from deploy.check.namespace import prepare_inside
from deploy.check.operator import proxy_authority
from deploy.check.outlets import PORT
from deploy.check.paths import LOGS, TESTS
from deploy.cli.terminal import console, run
from deploy.local.errors import LocalError
from deploy.local.interrupts import undisturbed
from deploy.local.paths import REPOSITORY

FAULTS = "TOCSIN_CHECK_FAULTS"
BEGAN = time.monotonic()


def main(
    faults: Annotated[bool, typer.Option(help="Also kill each container in turn.")] = False,
) -> None:
    """Boot the installation and try it; leave nothing running."""
    prepare_inside()
    with container_engine():
        say("container engine runs")
        stand_ins = provide_images(say)
        set_up(PORT)
        build_services(base_for(stand_ins))
        say("the services' own image is built")
        with installation():
            status = tests(faults)
    if status != 0:
        raise LocalError(f"The installation did not pass; the logs are in {LOGS}.")
    console.print(f"check-compose passed in {time.monotonic() - BEGAN:.0f} s")


@contextmanager
def installation() -> Iterator[None]:
    """Start the installation on empty volumes and take all of it away afterwards."""
    compose("down", "--volumes", "--remove-orphans")  # what a killed run has left
    try:
        began = time.monotonic()
        compose("up", "--detach")
        await_healthy()
        say(f"every container is healthy, {time.monotonic() - began:.0f} s after `up`")
        yield
    finally:
        with undisturbed():
            compose("logs", "--no-color", log="containers")
            compose("down", "--volumes", "--remove-orphans")
            say("taken down")


def await_healthy(seconds: float = 600.0) -> None:
    """Wait until all containers that stay are healthy; LocalError names those that are not."""
    deadline = time.monotonic() + seconds
    while sick := unhealthy():
        if time.monotonic() > deadline:
            raise LocalError(f"not healthy: {', '.join(sorted(sick))}")
        time.sleep(1)


def unhealthy() -> dict[str, str]:
    """Return name -> state of the containers that are not as they should be."""
    found = {}
    for identity in compose_says("ps", "--quiet").split():
        template = (
            '{{index .Config.Labels "com.docker.compose.service"}} {{.State.Status}}'
            " {{.State.ExitCode}} {{if .State.Health}}{{.State.Health.Status}}{{end}}"
        )
        command = ["docker", "inspect", "--format", template, identity]
        done = subprocess.run(command, capture_output=True, text=True, check=True)
        name, *state = done.stdout.split()
        if state not in (["exited", "0"], ["running", "0", "healthy"]):
            found[name] = " ".join(state)
    return found


def tests(faults: bool) -> int:
    """Run the tests of an installation that runs; return their status."""
    command = [sys.executable, "-m", "pytest", "-v", "--no-header", "--timeout=3600"]
    files = [TESTS / "test_way.py", TESTS / "test_operating.py"]
    # Trusted as an operator's people would; clients read it when they are imported.
    trusted = {"SSL_CERT_FILE": str(proxy_authority())}
    environment = {**os.environ, **trusted, FAULTS: "1" if faults else "0"}
    return subprocess.call([*command, *files], cwd=REPOSITORY, env=environment)


def say(what: str) -> None:
    """Print a line with the seconds since the beginning."""
    console.print(f"{time.monotonic() - BEGAN:6.0f} s  {what}", soft_wrap=True)


def start() -> NoReturn:
    """Run as the namespace's second process."""
    run(lambda: typer.run(main))


if __name__ == "__main__":
    start()
