from __future__ import annotations

import os
import signal
import sys
from pathlib import Path

import psutil
import pytest

from deploy.local.child import Child
from deploy.local.engine import Launch

SLEEP = [sys.executable, "-c", "import time; time.sleep(60)"]
STUBBORN = [
    sys.executable,
    "-c",
    "import signal, time; signal.signal(15, 1); print('up', flush=True); time.sleep(60)",
]
WITH_CHILD = """
import subprocess, time
print(subprocess.Popen(['sleep', '60']).pid, flush=True)
time.sleep(60)
"""
PARENT = [sys.executable, "-c", WITH_CHILD]


def start(child: Child, command: list[str]) -> int:
    child.start(Launch(command, os.environ), leash=False)
    process = child.process
    assert process is not None
    return process.pid


async def line_of(child: Child) -> str:
    while not (text := child.tail()):
        os.sched_yield()
    return text


def test_another_command_can_stop_it(tmp_path: Path) -> None:
    own = Child("sleeper", tmp_path)
    pid = start(own, SLEEP)
    seen = Child("sleeper", tmp_path).process
    assert seen is not None
    assert seen.pid == pid
    own.stop()
    assert Child("sleeper", tmp_path).process is None
    assert not psutil.pid_exists(pid)


def test_a_pid_that_now_is_somebody_elses_is_left_alone(tmp_path: Path) -> None:
    child = Child("sleeper", tmp_path)
    child.pid_file.parent.mkdir()
    child.pid_file.write_text(f"{os.getpid()} 1.0\n")
    assert child.process is None
    child.stop()
    assert psutil.pid_exists(os.getpid())


async def test_what_does_not_hear_is_made_to_end(tmp_path: Path) -> None:
    child = Child("stubborn", tmp_path)
    start(child, STUBBORN)
    await line_of(child)
    child.stop(seconds=0.2)
    assert child.process is None


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM])
async def test_what_it_started_ends_with_it(tmp_path: Path, number: signal.Signals) -> None:
    child = Child("parent", tmp_path)
    start(child, PARENT)
    grandchild = int(await line_of(child))
    if number == signal.SIGKILL:
        child.signal(number)
    else:
        child.stop()
    assert not _runs(grandchild)


def test_a_stopped_process_can_still_be_ended(tmp_path: Path) -> None:
    child = Child("sleeper", tmp_path)
    start(child, SLEEP)
    child.signal(signal.SIGSTOP)
    child.stop()
    assert child.process is None


def _runs(pid: int) -> bool:
    try:
        return bool(psutil.Process(pid).status() != psutil.STATUS_ZOMBIE)
    except psutil.NoSuchProcess:
        return False
