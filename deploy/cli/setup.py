"""`tocsin setup`: everything that the other commands need, each step only when it is due."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

from deploy.cli.requirements import Requirement, installing_command, missing, on_debian
from deploy.local.errors import LocalError
from deploy.local.install import ENGINES, install, installed
from deploy.local.paths import REPOSITORY, STATE
from deploy.local.stack import Report

STAMPS = STATE / "stamps"
ESSENTIAL = frozenset({"jdk", "maven", "node", "npm", "setpriv"})


def set_up(report: Report, *, for_tests: bool = False) -> None:
    """Bring the machine up to date; LocalError names the first thing that is not to be had."""
    install_system_packages(report, for_tests=for_tests)
    refuse_missing(missing(), for_tests=for_tests)
    with ThreadPoolExecutor(1 + len(ENGINES)) as pool:
        steps = [pool.submit(_assets, report)]
        steps += [pool.submit(_engine, name, report) for name in ENGINES]
        for step in steps:
            step.result()


def refuse_missing(lacking: list[Requirement], *, for_tests: bool) -> None:
    """Raise LocalError for the first of *lacking* without which the command cannot work."""
    for entry in lacking:
        if for_tests or entry.name in ESSENTIAL:
            command = installing_command(entry, debian=on_debian(), root=os.geteuid() == 0)
            raise LocalError(f"{entry.name} is missing, for {entry.needed_for}: {command}.")


def install_system_packages(report: Report, *, for_tests: bool) -> None:
    """Install Debian's packages when we may; what only tests need may be not to be had."""
    if os.geteuid() != 0 or not on_debian():
        return
    lacking = [entry for entry in missing() if entry.package]
    needed = [entry for entry in lacking if for_tests or entry.name in ESSENTIAL]
    if needed:
        install_packages(needed, report)
    if len(needed) < len(lacking):
        try:
            install_packages([entry for entry in lacking if entry not in needed], report)
        except LocalError as error:
            report("debian", f"goes on without: {error}")


def install_packages(lacking: Sequence[Requirement], report: Report) -> None:
    """Install the packages of *lacking* with apt-get, as root."""
    packages = [entry.package for entry in lacking if entry.package]
    report("debian", "installing " + " ".join(packages))
    quiet = {"DEBIAN_FRONTEND": "noninteractive"}
    run(["apt-get", "update"], "refresh Debian's lists", quiet)
    command = ["apt-get", "install", "-y", "--no-install-recommends", *packages]
    run(command, "install Debian's packages", quiet)
    report("debian", "ready")


def _assets(report: Report) -> None:
    """Fetch what the portal serves to browsers, when the lock changed."""
    lock = (REPOSITORY / "package-lock.json").read_bytes()
    stamp, checksum = STAMPS / "npm", hashlib.sha256(lock).hexdigest()
    current = stamp.exists() and stamp.read_text("ascii") == checksum
    if current and (REPOSITORY / "node_modules").is_dir():
        return
    report("npm", "fetching")
    run([shutil.which("npm") or "npm", "ci", "--silent"], "fetch the portal's assets")
    STAMPS.mkdir(parents=True, exist_ok=True)
    stamp.write_text(checksum, encoding="ascii")
    report("npm", "ready")


def _engine(name: str, report: Report) -> None:
    if not installed(name):
        report(name, "fetching")
        install(name)
        report(name, "installed")


def run(command: list[str], purpose: str, extra: dict[str, str] | None = None) -> None:
    """Run a program quietly; LocalError says what failed and its last words."""
    done = subprocess.run(
        command,
        cwd=REPOSITORY,
        env={**os.environ, **(extra or {})},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        words = (done.stderr or done.stdout).strip().splitlines()
        raise LocalError(f"Could not {purpose}: {words[-1] if words else done.returncode}")
