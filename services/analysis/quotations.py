"""Where a text quotes: what stands between quotation marks, of whatever script."""

# ruff: noqa: RUF001 - these are the marks themselves

from __future__ import annotations

import re
from collections.abc import Iterator

LONGEST = 2_000  # characters; a mark that is never closed must not swallow the article
_CLOSED_BY = {"«": "»", "“": "”", "„": "“”", "‹": "›", "「": "」"}
_MARK = re.compile('["«»“”„‹›「」\n]')


def find_quotations(text: str) -> list[tuple[int, int]]:
    """Return the spans between quotation marks, in order, never one within another.

    A straight mark opens and closes; a quotation ends at the latest with its paragraph.
    """
    return list(_quotations(text))


def _quotations(text: str) -> Iterator[tuple[int, int]]:
    opened: int | None = None
    closing = ""
    for mark in _MARK.finditer(text):
        character = mark[0]
        if opened is not None and character in closing:
            if 0 < mark.start() - opened <= LONGEST:
                yield opened, mark.start()
            opened = None
        elif character == "\n":
            opened = None
        elif opened is None and (character == '"' or character in _CLOSED_BY):
            opened, closing = mark.end(), _CLOSED_BY.get(character, '"')
