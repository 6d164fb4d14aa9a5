"""One process of an instance, known by a pid file, so that a later command can stop it.

A pid alone may name somebody else's process after a restart of the machine; the file
also holds the time at which the process began, and both must match.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import subprocess
import threading
import time
from collections.abc import Sequence
from pathlib import Path

import psutil

from deploy.local.engine import Launch

STOP_SECONDS = 15.0


class Child:
    """A process with its pid file and its log; `stop` and `kill` act on its whole group."""

    def __init__(self, name: str, root: Path) -> None:
        self.name = name
        self.pid_file = root / "run" / f"{name}.pid"
        self.log_file = root / "logs" / f"{name}.log"
        self._popen: subprocess.Popen[bytes] | None = None

    def start(self, launch: Launch, leash: bool) -> None:
        """Start the process in its own session, adding to its log.

        With a *leash* the kernel kills it when the process that called this ends, however
        that ends (where `setpriv` exists). Only the main thread may start leashed
        children: the kernel follows the thread that started them, not the process.
        """
        self.pid_file.parent.mkdir(parents=True, exist_ok=True)
        self.log_file.parent.mkdir(parents=True, exist_ok=True)
        if leash and threading.current_thread() is not threading.main_thread():
            raise RuntimeError(f"{self.name} must be started by the main thread.")
        # The kernel takes the leash off when the user changes: so first the user, then the leash.
        prefix = [*launch.wrapper, *(_leash() if leash else ())]
        with self.log_file.open("ab") as log:
            self._popen = subprocess.Popen(
                [*prefix, *launch.command],
                cwd=launch.folder,
                env=dict(launch.environment),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        began = psutil.Process(self._popen.pid).create_time()
        self.pid_file.write_text(f"{self._popen.pid} {began}\n", encoding="ascii")

    @property
    def process(self) -> psutil.Process | None:
        """Return the running process, None when it is not running."""
        if self._popen is not None and self._popen.poll() is not None:
            return None
        try:
            pid, began = self.pid_file.read_text(encoding="ascii").split()
            process = psutil.Process(int(pid))
            alive = process.create_time() == float(began)
            return process if alive and process.status() != psutil.STATUS_ZOMBIE else None
        except (OSError, ValueError, psutil.Error):
            return None

    @property
    def status(self) -> int | None:
        """Return the exit status of what this object started, None while it runs."""
        return None if self._popen is None else self._popen.poll()

    @property
    def ours(self) -> bool:
        """Tell whether this very object started it, not a command before."""
        return self._popen is not None

    def signal(self, number: signal.Signals) -> None:
        """Send a signal to the process itself, and for SIGKILL to all that it started."""
        process = self.process
        if process is None:
            return
        if number == signal.SIGKILL:
            self._end_group(process, _family(process))
        else:
            with contextlib.suppress(psutil.NoSuchProcess):
                process.send_signal(number)

    def stop(self, seconds: float = STOP_SECONDS) -> None:
        """End the process: asked first, made to after *seconds*; nothing of it is left."""
        process = self.process
        if process is not None:
            family = _family(process)
            self.signal(signal.SIGCONT)  # a stopped process cannot hear SIGTERM
            self.signal(signal.SIGTERM)
            self._wait(process, seconds)
            self._end_group(process, family)
        self.pid_file.unlink(missing_ok=True)

    def tail(self, lines: int = 5) -> str:
        """Return the end of the log."""
        try:
            text = self.log_file.read_text(encoding="utf-8", errors="replace")
        except OSError:
            return ""
        return "\n".join(text.splitlines()[-lines:])

    def _wait(self, process: psutil.Process, seconds: float) -> None:
        with contextlib.suppress(psutil.TimeoutExpired, subprocess.TimeoutExpired):
            if self._popen is not None:
                self._popen.wait(seconds)
            else:
                process.wait(seconds)

    def _end_group(self, process: psutil.Process, family: Sequence[psutil.Process]) -> None:
        """Kill what is left of the group, which outlives its leader, and see it gone."""
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        self._wait(process, STOP_SECONDS)
        deadline = time.monotonic() + STOP_SECONDS
        while any(map(_runs, family)) and time.monotonic() < deadline:
            time.sleep(0.01)


def _family(process: psutil.Process) -> list[psutil.Process]:
    with contextlib.suppress(psutil.NoSuchProcess):
        return process.children(recursive=True)
    return []


def _runs(process: psutil.Process) -> bool:
    with contextlib.suppress(psutil.NoSuchProcess):
        return bool(process.is_running() and process.status() != psutil.STATUS_ZOMBIE)
    return False


def _leash() -> list[str]:
    setpriv = shutil.which("setpriv")
    return [setpriv, "--pdeathsig", "KILL", "--"] if setpriv else []
