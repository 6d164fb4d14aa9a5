"""A mistake in the environment ends a command with one sentence, before anything was started."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from deploy.demo.instance import Demonstration, Input
from deploy.local.paths import REPOSITORY


@pytest.mark.parametrize(
    "module", ["deploy.demo", "deploy.faults", "deploy.faults.soak", "deploy.bench"]
)
def test_unknown_setting_is_told_in_one_sentence(module: str) -> None:
    done = run(module, {"TOCSIN_FOO_PORT": "1"})
    assert done.returncode == 1
    assert "TOCSIN_FOO_PORT is not a setting of Tocsin" in done.stdout
    assert "Traceback" not in done.stdout + done.stderr


def test_impossible_port_is_told_in_one_sentence() -> None:
    done = run("deploy.demo", {"TOCSIN_DEMO_PORT": "x"})
    assert done.returncode == 1
    assert "TOCSIN_DEMO_PORT must be a port" in done.stdout
    assert "Traceback" not in done.stdout + done.stderr


def test_foreign_mongodb_gets_a_namespace_of_the_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert Demonstration(Input(), tmp_path).namespace == ""
    monkeypatch.setenv("TOCSIN_MONGO_URL", "mongodb://127.0.0.1:1")
    names = {Demonstration(Input(), tmp_path).settings.namespace for _ in range(2)}
    assert len(names) == 2
    assert "" not in names


def run(module: str, more: dict[str, str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", module],
        cwd=REPOSITORY,
        env={**os.environ, **more},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
