"""What must be true of every file of the repository, whoever writes it."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from deploy import settings_example
from shared.settings import Settings

ROOT = Path(__file__).parents[3]
# Written in halves, or this file would be its own finding.
REGISTRIES = tuple(
    first + last
    for first, last in (
        ("pypi.", "org"),
        ("pythonhosted.", "org"),
        ("registry.npm", "js.org"),
        ("repo1.maven", ".org"),
        ("repo.maven", ".apache.org"),
        ("central.sona", "type.com"),
    )
)
MACHINE_PATHS = re.compile(r"(?<![\w.])/(?:work|home|Users|tmp/w)/[a-z]")
LINK = re.compile(r"\]\(([^)#:]+)(?:#[^)]*)?\)")


@cache
def tracked() -> tuple[Path, ...]:
    listed = subprocess.run(
        ["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    return tuple(ROOT / name for name in listed.stdout.split("\0") if name)


def texts() -> Iterator[tuple[Path, str]]:
    for path in tracked():
        if path.is_file():
            try:
                yield path, path.read_text(encoding="utf-8")
            except UnicodeDecodeError:
                continue  # a picture or a compressed sample


def test_no_file_names_a_package_registry() -> None:
    found = [f"{path}: {host}" for path, text in texts() for host in REGISTRIES if host in text]
    assert not found


def test_no_file_names_a_path_of_one_machine() -> None:
    found = [f"{path}: {m[0]}" for path, text in texts() for m in MACHINE_PATHS.finditer(text)]
    assert not found


def test_lock_pins_by_hash_and_names_no_index() -> None:
    lines = (ROOT / "requirements.lock").read_text().splitlines()
    assert not [line for line in lines if line.startswith("-")]
    pins = [line for line in lines if re.match(r"[a-z0-9]", line, re.IGNORECASE)]
    assert pins
    assert all("==" in line and line.endswith("\\") for line in pins)


def test_npm_lock_names_no_address() -> None:
    assert "omit-lockfile-registry-resolved=true" in (ROOT / ".npmrc").read_text()
    assert '"resolved"' not in (ROOT / "package-lock.json").read_text()


def test_every_setting_is_in_the_example() -> None:
    written = (ROOT / ".env.example").read_text()
    assert written == settings_example.text(), f"run: {settings_example.__doc__}"


@pytest.mark.parametrize("name", sorted(Settings.model_fields))
def test_every_setting_says_what_it_means(name: str) -> None:
    assert Settings.model_fields[name].description


def test_links_between_documents_lead_somewhere() -> None:
    for path, text in texts():
        if path.suffix == ".md":
            for target in LINK.findall(text):
                assert (path.parent / target).exists(), f"{path.name} links to {target}"


def test_no_secret_is_tracked() -> None:
    assert not [path for path in tracked() if "deploy/compose/secrets" in path.as_posix()]
