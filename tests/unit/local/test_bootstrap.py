"""The first minutes on a new machine: an environment is whole or absent, and nothing is silent."""

from __future__ import annotations

import subprocess
import time
from pathlib import Path

import pytest

from deploy.cli import bootstrap


@pytest.fixture
def environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / ".venv"
    monkeypatch.setattr(bootstrap, "ENVIRONMENT", folder)
    monkeypatch.setattr(bootstrap, "PYTHON", folder / "bin" / "python")
    return folder


def half_made(folder: Path, **_: object) -> None:
    """Do what Debian's Python does without its package: put Python there, then fail on pip."""
    (folder / "bin").mkdir(parents=True)
    (folder / "bin" / "python").write_text("#!/bin/sh\nexit 1\n")
    (folder / "bin" / "python").chmod(0o755)
    raise subprocess.CalledProcessError(1, "ensurepip")


def test_a_half_made_environment_is_not_left(
    environment: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("venv.create", half_made)
    monkeypatch.setattr("os.geteuid", lambda: 1000)
    assert bootstrap.make() == 1
    assert not environment.exists()
    assert "apt-get install python3-venv" in capsys.readouterr().out


def test_an_environment_without_pip_is_made_again(
    environment: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(subprocess.CalledProcessError):
        half_made(environment)
    tried: list[Path] = []
    monkeypatch.setattr("venv.create", lambda folder, **_: tried.append(folder))
    monkeypatch.setattr("os.geteuid", lambda: 1000)
    bootstrap.make()
    assert tried == [environment]


def test_root_on_debian_fetches_what_makes_environments(
    environment: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fetched: list[list[str]] = []
    monkeypatch.setattr("venv.create", half_made)
    monkeypatch.setattr("os.geteuid", lambda: 0)
    monkeypatch.setattr("shutil.which", lambda name: f"/usr/bin/{name}")
    monkeypatch.setattr(bootstrap, "_debian", fetched.append)
    assert bootstrap.make() == 1
    assert [command[0] for command in fetched] == ["update", "install"]
    assert fetched[1][-1] == "python3-venv"
    assert not environment.exists()


def test_long_work_says_what_it_does(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(bootstrap, "TICK_SECONDS", 0.01)
    with bootstrap.Ticker("3 of 9 packages"):
        time.sleep(0.1)
    assert "3 of 9 packages" in capsys.readouterr().out
    assert bootstrap.TICK_SECONDS < 10
