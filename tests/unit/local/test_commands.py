from __future__ import annotations

import re
from pathlib import Path

import pytest
from typer.testing import CliRunner

from deploy.cli import bootstrap
from deploy.cli.__main__ import app
from deploy.local.paths import REPOSITORY

MAKEFILE = (REPOSITORY / "Makefile").read_text()
TARGETS = re.search(r"^\.PHONY: (.*)$", MAKEFILE, re.MULTILINE)


def names() -> list[str]:
    assert TARGETS is not None
    return [name for name in TARGETS[1].split() if name != "environment"]


@pytest.mark.parametrize("name", names())
def test_every_target_is_a_command(name: str) -> None:
    result = CliRunner().invoke(app, [name, "--help"])
    assert result.exit_code == 0, result.output
    assert re.search(rf"^[\w -]*\b{name}\b[\w -]*:|TOCSIN\) {name}", MAKEFILE, re.MULTILINE)


def test_the_environment_is_made_again_when_the_lock_changes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lock = tmp_path / "lock"
    lock.write_text("a==1")
    monkeypatch.setattr(bootstrap, "LOCK", lock)
    first = bootstrap.checksum()
    lock.write_text("a==2")
    assert bootstrap.checksum() != first


def test_ci_runs_make_test_and_nothing_else() -> None:
    lines = (REPOSITORY / ".ci" / "run").read_text().splitlines()
    commands = [line for line in lines if line and not line.startswith(("#", "set ", "cd "))]
    assert commands == ["make test"]
