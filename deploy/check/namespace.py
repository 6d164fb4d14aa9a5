"""A namespace of our own for processes, mounts and networks, gone with its first process.

A container engine leaves bridges, packet filters and mounts on a machine, even when it is
stopped properly. In namespaces of its own all of these are the kernel's to remove, also after
a crash. The network's way out is slirp4netns, which needs no packet filter of the machine.
"""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from deploy.check.paths import LOGS
from deploy.local.errors import LocalError

UNSHARE = ["unshare", "--mount", "--pid", "--net", "--fork", "--mount-proc", "--kill-child"]
DEVICE = "tap0"
NAME_SERVER = "10.0.2.3"  # slirp4netns': it asks those of the machine
START_SECONDS = 10.0
# Long enough for the installation to be taken down properly after Ctrl-C.
END_SECONDS = 90.0


def run_inside(command: Sequence[str]) -> int:
    """Run *command* in new namespaces with a way to the internet; return its exit status.

    An interrupt from the terminal reaches it as well; this process waits for its end.
    """
    LOGS.mkdir(parents=True, exist_ok=True)
    with subprocess.Popen([*UNSHARE, "docker-init", "-s", "--", *command]) as outer:
        try:
            with _connected(_first(outer)):
                return _wait(outer)
        finally:
            if outer.poll() is None:
                outer.kill()  # its first process is killed with it, and all with that


def _first(outer: subprocess.Popen[bytes]) -> int:
    """Return the pid, as seen from here, of the namespace's first process."""
    children = Path(f"/proc/{outer.pid}/task/{outer.pid}/children")
    deadline = time.monotonic() + START_SECONDS
    while outer.poll() is None and time.monotonic() < deadline:
        if found := children.read_text(encoding="ascii").split():
            return int(found[0])
        time.sleep(0.05)
    raise LocalError("No namespace could be made here: the check needs root on Linux.")


@contextmanager
def _connected(first: int) -> Iterator[None]:
    with (LOGS / "network.log").open("wb") as log:
        options = ["--configure", "--mtu=65520", "--disable-host-loopback", str(first), DEVICE]
        way_out = subprocess.Popen(
            ["slirp4netns", *options], stdout=log, stderr=log, start_new_session=True
        )
        try:
            yield
        finally:
            way_out.terminate()
            way_out.wait(END_SECONDS)


def _wait(outer: subprocess.Popen[bytes]) -> int:
    while True:
        try:
            return outer.wait()
        except KeyboardInterrupt:
            with contextlib.suppress(KeyboardInterrupt, subprocess.TimeoutExpired):
                _pass_on(outer)
                return outer.wait(END_SECONDS)
            raise


def _pass_on(outer: subprocess.Popen[bytes]) -> None:
    """Tell the namespace's first process, which a `kill` of this one alone has not reached."""
    with contextlib.suppress(ProcessLookupError, LocalError):
        os.kill(_first(outer), signal.SIGTERM)


def prepare_inside() -> None:
    """Within the namespace: wait for the way out, and use its name server."""
    deadline = time.monotonic() + START_SECONDS
    while not Path(f"/sys/class/net/{DEVICE}").exists() and time.monotonic() < deadline:
        time.sleep(0.05)
    subprocess.run(["ip", "link", "set", "lo", "up"], check=True)
    cover("/etc/resolv.conf", f"nameserver {NAME_SERVER}\n")


def cover(path: str, text: str) -> Path:
    """Let *path* have other content for as long as this namespace lasts; return its file."""
    file = LOGS.parent / f"own{path.replace('/', '-')}"
    file.write_text(text, encoding="utf-8")
    subprocess.run(["mount", "--bind", str(file), path], check=True)
    return file
