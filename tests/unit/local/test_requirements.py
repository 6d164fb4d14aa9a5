from __future__ import annotations

import pytest

from deploy import results
from deploy.cli import setup
from deploy.cli.requirements import (
    Requirement,
    installing_command,
    missing,
    new_enough,
    parse_version,
)
from deploy.local.errors import LocalError


def requirement(name: str, found: str | None, package: str | None = "thing") -> Requirement:
    return Requirement(name, "the tests", lambda: found, package, "install a thing")


@pytest.mark.parametrize(
    ("answer", "version"),
    [
        ("v20.20.2\n", "20.20.2"),
        ("\x1b[1mApache Maven 3.8.7\x1b[m\n", "3.8.7"),
        ("promtool, version 2.42.0+ds (branch: debian)", "2.42.0"),
        ("no number", None),
    ],
)
def test_version_is_found_in_what_a_program_says(answer: str, version: str | None) -> None:
    assert parse_version(answer) == version


@pytest.mark.parametrize(
    ("version", "expected"), [("20.1", "20.1"), ("18.3", None), (None, None), ("found", None)]
)
def test_only_new_programs_do(version: str | None, expected: str | None) -> None:
    assert new_enough(version, 20) == expected


def test_what_is_not_found_is_missing() -> None:
    lacking = requirement("b", None)
    assert missing([requirement("a", "1.0"), lacking]) == [lacking]


def test_debian_gets_a_command_and_others_advice() -> None:
    lacking = requirement("chromium", None, "chromium")
    install = "apt-get install --no-install-recommends chromium"
    assert installing_command(lacking, debian=True, root=True) == install
    assert installing_command(lacking, debian=True, root=False) == f"sudo {install}"
    assert installing_command(lacking, debian=False, root=True) == "install a thing"
    nowhere = requirement("jdk", None, None)
    assert installing_command(nowhere, debian=True, root=True) == "install a thing"


def test_tests_fail_without_chromium_and_other_commands_go_on() -> None:
    lacking = [requirement("chromium", None)]
    setup.refuse_missing(lacking, for_tests=False)
    with pytest.raises(LocalError, match=r"chromium is missing, for the tests: .*thing"):
        setup.refuse_missing(lacking, for_tests=True)


def test_root_goes_on_without_what_only_tests_need(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(command: list[str], _purpose: str, _extra: object = None) -> None:
        installed.append(command[-1])
        raise LocalError("Could not install Debian's packages")

    installed: list[str] = []
    reported: list[str] = []
    monkeypatch.setattr("os.geteuid", lambda: 0)
    monkeypatch.setattr(setup, "on_debian", lambda: True)
    monkeypatch.setattr(setup, "missing", lambda: [requirement("chromium", None, "chromium")])
    monkeypatch.setattr(setup, "run", refuse)
    setup.install_system_packages(lambda _name, state: reported.append(state), for_tests=False)
    assert "goes on without" in reported[-1]
    with pytest.raises(LocalError, match="Could not install"):
        setup.install_system_packages(lambda *_: None, for_tests=True)
    assert installed


def test_results_can_be_written_without_git(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    assert results.commit() == "unknown"


def test_nothing_goes_on_without_a_jdk() -> None:
    with pytest.raises(LocalError, match="jdk is missing"):
        setup.refuse_missing([requirement("jdk", None)], for_tests=False)
