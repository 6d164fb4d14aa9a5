from __future__ import annotations

from pathlib import Path

import pytest

from deploy.local import java
from deploy.local.errors import LocalError


@pytest.mark.parametrize(
    ("release", "expected"),
    [
        ('IMPLEMENTOR="Eclipse"\nJAVA_VERSION="25.0.3"\n', 25),
        ('JAVA_VERSION="21"\n', 21),
        ('JAVA_VERSION="1.8.0_402"\n', 8),
        ("IMPLEMENTOR=x\n", None),
    ],
)
def test_major_version_is_read_from_the_release_file(release: str, expected: int | None) -> None:
    assert java.parse_major(release) == expected


def make_jdk(folder: Path, version: str, *, compiler: bool = True) -> Path:
    (folder / "bin").mkdir(parents=True)
    (folder / "release").write_text(f'JAVA_VERSION="{version}"\n')
    if compiler:
        (folder / "bin" / "javac").touch()
    return folder


def only(monkeypatch: pytest.MonkeyPatch, first: Path, system: Path) -> None:
    monkeypatch.setenv("JAVA_HOME", str(first))
    monkeypatch.setenv("PATH", "")
    monkeypatch.setattr(java, "JVM_FOLDERS", (system,))


def test_a_newer_jdk_beside_an_old_one_is_found(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    old = make_jdk(tmp_path / "old", "17.0.15")
    new = make_jdk(tmp_path / "jvm" / "new", "25.0.3")
    only(monkeypatch, old, tmp_path / "jvm")
    assert java.find_jdk() == new


def test_java_home_wins_when_it_is_new_enough(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    wanted = make_jdk(tmp_path / "wanted", "21.0.1")
    make_jdk(tmp_path / "jvm" / "new", "25.0.3")
    only(monkeypatch, wanted, tmp_path / "jvm")
    assert java.find_jdk() == wanted


def test_a_runtime_without_compiler_does_not_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    only(monkeypatch, make_jdk(tmp_path / "jre", "25.0.3", compiler=False), tmp_path / "none")
    with pytest.raises(LocalError, match="JDK 21"):
        java.find_jdk()
