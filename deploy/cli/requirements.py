"""What a machine must have beforehand, how that is found out, and what would install it."""

from __future__ import annotations

import ctypes.util
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from deploy.local.errors import LocalError
from deploy.local.java import find_jdk, major

FONTS = Path("/usr/share/fonts/truetype/noto/NotoNaskhArabic-Regular.ttf")
NODE_MINIMUM = 20
VERSION = re.compile(r"\d+(\.\d+)+")


@dataclass(frozen=True, slots=True)
class Requirement:
    """One thing that a machine has or lacks.

    `find` returns what was found, or None. `package` is Debian's, None where Debian
    has none that would do; `advice` says what to do there.
    """

    name: str
    needed_for: str
    find: Callable[[], str | None]
    package: str | None
    advice: str


def parse_version(text: str) -> str | None:
    """Return the first version number in a program's answer to --version."""
    match = VERSION.search(text)
    return match.group() if match else None


def program(name: str, option: str = "--version") -> str | None:
    """Return the version of a program on PATH, None if it is not there."""
    path = shutil.which(name)
    if path is None:
        return None
    done = subprocess.run([path, option], capture_output=True, text=True, check=False)
    return parse_version(done.stdout + done.stderr) or "found"


def new_enough(version: str | None, minimum: int) -> str | None:
    """Return *version* if its first number is at least *minimum*."""
    if version is None or not version.split(".")[0].isdecimal():
        return None
    return version if int(version.split(".")[0]) >= minimum else None


def _jdk() -> str | None:
    try:
        home = find_jdk()
    except LocalError:
        return None
    return f"{major(home)} ({home})"


def _setpriv() -> str | None:
    return program("setpriv") if os.geteuid() == 0 else "not needed"


def _fonts() -> str | None:
    return "found" if FONTS.exists() or not on_debian() else None


def _pango() -> str | None:
    return ctypes.util.find_library("pangoft2-1.0")


REQUIREMENTS: Sequence[Requirement] = (
    Requirement("python", "everything", lambda: sys.version.split()[0], "python3", "3.11 or newer"),
    Requirement("jdk", "the engines", _jdk, None, "install a JDK 21 or newer, or set JAVA_HOME"),
    Requirement("maven", "the engines", lambda: program("mvn"), "maven", "install Maven"),
    Requirement(
        "node",
        "the portal",
        lambda: new_enough(program("node"), NODE_MINIMUM),
        None,
        "install Node 20 or newer",
    ),
    Requirement("npm", "the portal", lambda: program("npm"), "npm", "install npm"),
    Requirement("setpriv", "running as root", _setpriv, "util-linux", "install util-linux"),
    Requirement("chromium", "the tests", lambda: program("chromium"), "chromium", "install it"),
    Requirement("promtool", "the tests", lambda: program("promtool"), "prometheus", "install it"),
    Requirement("pango", "reports as PDF", _pango, "libpangoft2-1.0-0", "install Pango"),
    Requirement("fonts", "pictures of pages", _fonts, "fonts-noto-core", "install Noto fonts"),
)


def on_debian() -> bool:
    """Return whether Debian's packages can be installed here."""
    return shutil.which("apt-get") is not None


def missing(requirements: Sequence[Requirement] = REQUIREMENTS) -> list[Requirement]:
    """Return those that this machine lacks."""
    with ThreadPoolExecutor(len(requirements)) as pool:  # some programs are slow to answer
        found = list(pool.map(lambda entry: entry.find(), requirements))
    return [entry for entry, one in zip(requirements, found, strict=True) if one is None]


def installing_command(requirement: Requirement, *, debian: bool, root: bool) -> str:
    """Return the command, or where there is none the advice, that supplies it."""
    if not debian or requirement.package is None:
        return requirement.advice
    prefix = "" if root else "sudo "
    return f"{prefix}apt-get install --no-install-recommends {requirement.package}"
