"""A foreground command leaves no process behind, however it ends."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
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
        stack.start_engines(["mongo"])
        print("ready", flush=True)
        threading.Event().wait()
    finally:
        stack.stop()

run(command)
"""


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_nothing_is_left_behind(tmp_path: Path, number: signal.Signals) -> None:
    install("mongo")
    command = [sys.executable, "-c", COMMAND, str(tmp_path)]
    with subprocess.Popen(command, cwd=REPOSITORY, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        engine = Child("mongo", tmp_path).process
        assert engine is not None
        process.send_signal(number)
        process.wait(20)
    await_gone(engine)


def await_gone(process: psutil.Process) -> None:
    deadline = time.monotonic() + 5
    while process.is_running() and process.status() != psutil.STATUS_ZOMBIE:
        assert time.monotonic() < deadline, "it still runs"
        time.sleep(0.02)
