"""Where the next page of a search begins, as text that means nothing to its reader.

It is not secret and not signed: what comes back is checked for its form, and only ever
becomes the starting point of a search that is filtered like any other.
"""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Sequence

MAX_VALUES = 4

SortValue = int | float | str


class InvalidCursorError(ValueError):
    """The text is not a cursor of this search."""


def encode_cursor(fingerprint: str, values: Sequence[SortValue]) -> str:
    """Return the cursor after the result whose sort values are *values*."""
    data = json.dumps([fingerprint, *values], separators=(",", ":")).encode()
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


def decode_cursor(fingerprint: str, cursor: str, kinds: Sequence[type]) -> list[SortValue]:
    """Return the sort values, whose types must be *kinds*; InvalidCursorError otherwise."""
    try:
        data = base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True)
        parts = json.loads(data)
    except (binascii.Error, ValueError, RecursionError) as error:
        raise InvalidCursorError from error
    if not isinstance(parts, list) or len(parts) != len(kinds) + 1 or parts[0] != fingerprint:
        raise InvalidCursorError
    values = parts[1:]
    if any(not _is(value, kind) for value, kind in zip(values, kinds, strict=True)):
        raise InvalidCursorError
    return values


def _is(value: object, kind: type) -> bool:
    if isinstance(value, bool):
        return False
    if kind is int:
        return isinstance(value, int) and abs(value) < 2**53
    if kind is float:
        return isinstance(value, int | float) and abs(value) < 1e30  # noqa: PLR2004 - finite
    return isinstance(value, str) and len(value) <= 200  # noqa: PLR2004 - as long as an id
