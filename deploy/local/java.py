"""Finds a full JDK that is new enough for Elasticsearch.

The first `java` of a machine is often older than another one beside it, so JAVA_HOME,
PATH and the system's JVM folders are tried in this order. A JRE does not do: the server
attaches an agent to itself, which needs the JDK's modules.
"""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Iterator
from pathlib import Path

from deploy.local.errors import LocalError

MINIMUM = 21
JVM_FOLDERS = (Path("/usr/lib/jvm"), Path("/Library/Java/JavaVirtualMachines"))


def parse_major(release: str) -> int | None:
    """Return the major version that a JDK's `release` file states, None if it has none."""
    match = re.search(r'^JAVA_VERSION="(?:1\.)?(\d+)', release, re.MULTILINE)
    return int(match.group(1)) if match else None


def major(home: Path) -> int | None:
    """Return the major version of the full JDK at *home*, None if there is none."""
    try:
        release = (home / "release").read_text(encoding="utf-8")
    except OSError:
        return None
    return parse_major(release) if (home / "bin" / "javac").exists() else None


def candidates() -> Iterator[Path]:
    """Yield the homes that a JDK may have here, the most wanted first."""
    if home := os.environ.get("JAVA_HOME"):
        yield Path(home)
    if java := shutil.which("java"):
        yield Path(java).resolve().parent.parent
    for folder in JVM_FOLDERS:
        for entry in sorted(folder.glob("*"), reverse=True):
            yield from (entry, entry / "Contents" / "Home")


def find_jdk() -> Path:
    """Return the home of the first JDK that is new enough."""
    for home in candidates():
        found = major(home)
        if found is not None and found >= MINIMUM:
            return home
    raise LocalError(
        f"No JDK {MINIMUM} or newer was found: install one, or set JAVA_HOME to its folder."
    )
