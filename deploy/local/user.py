"""Starts a program as an unprivileged user when we are root, as Elasticsearch demands.

A repository may lie where that user cannot go: `mktemp -d` of root makes folders that
root alone may enter. The program is then given the one capability that lets it pass
(CAP_DAC_OVERRIDE) with `setpriv`, rather than a second copy of the server elsewhere.
`no_setuid_fixup` keeps it valid for access(2), by which Java asks what it may read.
"""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
from pathlib import Path

from deploy.local.errors import LocalError

USER = "nobody"
PASS_CLOSED_FOLDERS = (
    "--securebits",
    "+no_setuid_fixup",
    "--inh-caps",
    "+dac_override",
    "--ambient-caps",
    "+dac_override",
)


def unprivileged(*needs: Path) -> list[str]:
    """Return what to put before a command so that it may run and can read *needs*.

    Nothing when we are not root. LocalError when no way works on this machine.
    """
    if os.geteuid() != 0:
        return []
    setpriv = shutil.which("setpriv")
    if setpriv is None:
        raise LocalError("Elasticsearch refuses root and setpriv (util-linux) is missing.")
    entry = pwd.getpwnam(USER)
    plain = [setpriv, f"--reuid={entry.pw_uid}", f"--regid={entry.pw_gid}", "--clear-groups"]
    for prefix in (plain, [*plain, *PASS_CLOSED_FOLDERS]):
        if all(_reads([*prefix, "--"], path) for path in needs):
            return [*prefix, "--"]
    raise LocalError(
        f"Elasticsearch refuses root, and the user {USER} cannot read {needs[0]}:"
        " move the repository to a folder that every user may enter."
    )


def _reads(prefix: list[str], path: Path) -> bool:
    done = subprocess.run([*prefix, "test", "-r", path], check=False, capture_output=True)
    return done.returncode == 0


def give(folder: Path) -> None:
    """Make the unprivileged user the owner of *folder* and all in it, when we are root."""
    if os.geteuid() != 0:
        return
    entry = pwd.getpwnam(USER)
    for path in (folder, *folder.rglob("*")):
        os.chown(path, entry.pw_uid, entry.pw_gid, follow_symlinks=False)
