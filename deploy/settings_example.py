"""Writes .env.example from the settings themselves, so that the two cannot differ.

python -m deploy.settings_example > .env.example
"""

from __future__ import annotations

import json
import sys
import textwrap
from pathlib import Path
from typing import Any

from shared.settings import PREFIX, Settings

WIDTH = 100
HEADING = """\
# Every setting of Tocsin's services, with its default. Each is an environment variable; a
# service refuses to start with one that it does not know. A list is written as JSON. Secrets
# are never here: a setting that ends in _PASSWORD_FILE names the file that holds one.
#
# Written by: python -m deploy.settings_example > .env.example
"""


def text() -> str:
    """Return the whole file: one commented line a setting below what it means."""
    fields = Settings.model_fields.items()
    return HEADING + "".join(_entry(name, field) for name, field in fields)


def _entry(name: str, field: Any) -> str:
    lines = textwrap.wrap(field.description or "", WIDTH - 2)
    comment = "".join(f"# {line}\n" for line in lines)
    return f"\n{comment}#{PREFIX}{name.upper()}={_written(field.default)}\n"


def _written(value: object) -> str:
    """Return *value* as it would be written in the environment."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str | Path):
        return str(value)
    return json.dumps(value)


if __name__ == "__main__":
    sys.stdout.write(text())
