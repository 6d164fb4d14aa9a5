"""What a measuring command found, as flat JSON in `.tocsin/results/<name>.json`.

The keys name the units. What was not measured has no key at all, rather than a zero.
"""

import json
import os
import platform
import subprocess
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from deploy.local.paths import REPOSITORY, STATE

RESULTS = STATE / "results"


def write_results(name: str, started_at: datetime, figures: Mapping[str, Any]) -> Path:
    """Write the figures with where, when and of which commit they were taken."""
    RESULTS.mkdir(parents=True, exist_ok=True)
    path = RESULTS / f"{name}.json"
    whole = {
        "commit": commit(),
        "machine": describe_machine(),
        "started_at": started_at.isoformat(timespec="seconds"),
        **figures,
    }
    path.write_text(json.dumps(whole, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    return path


def describe_machine() -> str:
    """Say what kind of machine this is: figures of two machines are not compared."""
    return f"{platform.system()} {platform.machine()}, {os.cpu_count()} cores"


def commit() -> str:
    """Say which commit is checked out, and whether it was changed; "unknown" without git."""
    command = ["git", "describe", "--always", "--dirty", "--abbrev=12", "--exclude=*"]
    try:
        done = subprocess.run(command, cwd=REPOSITORY, capture_output=True, text=True, check=False)
    except FileNotFoundError:  # a source archive on a machine without git
        return "unknown"
    return done.stdout.strip() or "unknown"
