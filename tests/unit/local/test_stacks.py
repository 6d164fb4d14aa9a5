"""`make up` where something runs already."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from deploy.cli import stacks
from deploy.local.child import Child
from deploy.local.engine import Launch
from deploy.local.errors import StartError
from deploy.local.stack import Stack

SLEEP = Launch([sys.executable, "-c", "import time; time.sleep(60)"], os.environ)


def test_up_that_fails_stops_only_what_it_started(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def start_engines(stack: Stack, _names: object) -> None:
        stack.child("mongo").start(SLEEP, leash=False)
        assert stack.child("kafka").process is not None
        raise StartError("elasticsearch did not become ready")

    before = Child("kafka", tmp_path)
    before.start(SLEEP, leash=False)
    monkeypatch.setattr(stacks, "UP", tmp_path)
    monkeypatch.setattr(stacks, "set_up", lambda _report: None)
    monkeypatch.setattr(Stack, "start_engines", start_engines)
    with pytest.raises(StartError):
        stacks.up()
    assert Child("mongo", tmp_path).process is None
    assert before.process is not None
    before.stop()
