"""Text that every later part can hold: valid Unicode without control characters.

Invisible characters that change how text reads (joiners, direction marks) stay: offsets
and evidence refer to the text as it was written.
"""

from __future__ import annotations

import re
import unicodedata
from html import unescape

MAX_LINE = 1_000
_CONTROLS = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
_TAGS = re.compile(r"<[^<>]{0,2000}>")
_SPACES = re.compile(r"\s+")


def clean_text(text: str) -> str:
    """Return *text* in composed form (NFC), without control characters and lone surrogates."""
    return unicodedata.normalize("NFC", _CONTROLS.sub("", text)).strip()


def clean_line(text: str | None) -> str | None:
    """Return *text* as one line of at most 1 000 characters, or None where nothing is left."""
    if not text:
        return None
    return _SPACES.sub(" ", clean_text(text))[:MAX_LINE].strip() or None


def strip_markup(text: str | None) -> str | None:
    """Return the words of a title in which a feed put tags and entities, as one line."""
    if text and ("<" in text or "&" in text):
        text = _TAGS.sub(" ", unescape(_TAGS.sub(" ", text)))
    return clean_line(text)


def cut_utf8(text: str, limit_bytes: int) -> str:
    """Return the longest beginning of *text* of at most *limit_bytes* bytes in UTF-8."""
    if len(text) * 4 <= limit_bytes:
        return text
    return text.encode()[:limit_bytes].decode("utf-8", "ignore")
