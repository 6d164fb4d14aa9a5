"""Which agency a text came from, told by the mark that agencies set at its beginning or end."""

# ruff: noqa: RUF001 - dashes are the marks themselves

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

import yaml

HERE = Path(__file__).parent
# A dateline and its agency stand within the first line, a credit within the last.
HEAD = 160
TAIL = 80


def find_agency(text: str) -> str | None:
    """Return the agency named by a mark such as "(AFP)", "SUNA -" or "/ACP/", or None."""
    for part in (text[:HEAD], text[-TAIL:]):
        if found := _marks().search(part):
            return _agencies()[found["mark"]]
    return None


@cache
def _agencies() -> dict[str, str]:
    """Return the agency of each mark."""
    content = yaml.safe_load((HERE / "agencies.yaml").read_text(encoding="utf-8"))
    return {mark: agency for agency, marks in content.items() for mark in marks}


@cache
def _marks() -> re.Pattern[str]:
    """Return an expression for a mark set off by brackets, slashes or a dash.

    Bare letters are not enough: "AA" and "AP" stand in texts of other origin too.
    """
    names = "|".join(map(re.escape, sorted(_agencies(), key=len, reverse=True)))
    return re.compile(
        rf"(?:(?<=[(/\[])|(?<=[-–—] )|^)(?P<mark>{names})(?=[)/\]]| ?[-–—:]|\.?\s*\Z)"
    )
