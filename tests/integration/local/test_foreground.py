"""A foreground command leaves no process behind, however it ends."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

import psutil
import pytest

from deploy.local.child import Child
from deploy.local.install import install
from deploy.local.paths import REPOSITORY

COMMAND = """
import sys, threading
from pathlib import Path
from deploy.cli.terminal import run
from deploy.local.ports import free_ports
from deploy.local.stack import Stack

def command():
    stack = Stack(Path(sys.argv[1]), free_ports(), env="test")
    try:
        stack.start_engines([sys.argv[2]])
        print("ready", flush=True)
        threading.Event().wait()
    finally:
        stack.stop()

run(command)
"""


ENDINGS = [
    ("mongo", [signal.SIGINT]),
    ("mongo", [signal.SIGTERM]),
    ("mongo", [signal.SIGKILL]),
    ("elasticsearch", [signal.SIGKILL]),  # its server is the child of a launcher of another user
    ("elasticsearch", [signal.SIGINT, signal.SIGINT, signal.SIGTERM]),  # it takes a while to end
]


@pytest.mark.parametrize(("engine", "numbers"), ENDINGS)
def test_nothing_is_left_behind(
    tmp_path: Path, engine: str, numbers: Sequence[signal.Signals]
) -> None:
    install(engine)
    command = [sys.executable, "-c", COMMAND, str(tmp_path), engine]
    with subprocess.Popen(command, cwd=REPOSITORY, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        started = Child(engine, tmp_path).process
        assert started is not None
        family = [started, *started.children(recursive=True)]
        for number in numbers:
            process.send_signal(number)
            time.sleep(0.2)
        process.wait(30)
    for one in family:
        await_gone(one)


def await_gone(process: psutil.Process) -> None:
    deadline = time.monotonic() + 15
    while process.is_running() and process.status() != psutil.STATUS_ZOMBIE:
        assert time.monotonic() < deadline, "it still runs"
        time.sleep(0.02)
