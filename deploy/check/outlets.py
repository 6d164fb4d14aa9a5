"""The recorded outlets beside the installation, at addresses that ingest takes for public ones.

The installation runs as in production, where ingest connects to public addresses alone. Within
the check's namespace a range that nobody serves pages from (AS112, RFC 7535) is this machine's,
so nothing in docker-compose.yml has to be changed for the outlets to be reached.
"""

from __future__ import annotations

import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager

from deploy.check.paths import LOGS
from deploy.demo.press import NETWORK_VARIABLE, PRESS
from deploy.local.errors import LocalError
from deploy.local.paths import REPOSITORY

NETWORK = "192.31.196"
PORT = 8091
CONTROL_PORT = 8092
CONTROL = f"http://127.0.0.1:{CONTROL_PORT}"
START_SECONDS = 60.0
ENVIRONMENT = {NETWORK_VARIABLE: NETWORK}


def take_addresses() -> None:
    """Make the outlets' addresses this machine's, for as long as the namespace lasts."""
    for outlet in PRESS:
        address = f"{NETWORK}.{outlet.number}/32"
        subprocess.run(["ip", "address", "replace", address, "dev", "lo"], check=True)


@contextmanager
def recorded_outlets(*options: str) -> Iterator[str]:
    """Serve the outlets while the block lasts; gives the address of their control port."""
    take_addresses()
    ports = [f"--port={PORT}", f"--control-port={CONTROL_PORT}"]
    with (LOGS / "outlets.log").open("ab") as log:
        serving = subprocess.Popen(
            [sys.executable, "-m", "deploy.demo.outlets", *ports, *options],
            cwd=REPOSITORY,
            stdout=log,
            stderr=log,
        )
        try:
            _await(serving)
            yield CONTROL
        finally:
            serving.terminate()
            serving.wait(START_SECONDS)


def _await(serving: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + START_SECONDS
    while serving.poll() is None and time.monotonic() < deadline:
        try:
            with urllib.request.urlopen(f"{CONTROL}/counts", timeout=2):  # noqa: S310 - our own
                return
        except OSError:
            time.sleep(0.2)
    raise LocalError(f"The recorded outlets did not start: see {LOGS / 'outlets.log'}.")
