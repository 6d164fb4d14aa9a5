"""Which characters the bytes of a page mean, decided by rule instead of by statistics.

The header of the answer comes first, then the page's own declaration, then UTF-8; only
codecs that the web uses are honoured, because others (UTF-7, escapes) hide markup.
"""

from __future__ import annotations

import codecs
import re

DECLARATION_BYTES = 4_096
_DECLARED = re.compile(rb"""(?:charset|encoding)\s*=\s*["']?\s*([A-Za-z0-9_.:-]{2,40})""")
_WEB_CODECS = re.compile(
    r"utf-8(-sig)?|utf-16(-[lb]e)?|ascii|cp125\d|cp874|iso8859-\d+|koi8-[ru]"
    r"|gbk?|gb2312|gb18030|big5|euc_(jp|kr)|shift_jis"
)
# Browsers read these declarations as the Windows superset, and so are pages written.
_SUPERSETS = {"iso8859-1": "cp1252", "ascii": "cp1252", "iso8859-9": "cp1254", "gb2312": "gb18030"}
_MARKS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"),
          (codecs.BOM_UTF16_BE, "utf-16"))  # fmt: skip


def decode_markup(raw: bytes, header_charset: str | None) -> str:
    """Return *raw* as text; bytes that no declared codec accepts become U+FFFD."""
    for mark, name in _MARKS:
        if raw.startswith(mark):
            return raw.decode(name, "replace")
    declared = _DECLARED.search(raw, 0, DECLARATION_BYTES)
    named = (header_charset, declared.group(1).decode() if declared else None, "utf-8")
    candidates = [codec for codec in map(_web_codec, named) if codec is not None]
    for codec in candidates:
        try:
            return raw.decode(codec)
        except UnicodeDecodeError:
            continue
    return raw.decode(candidates[0], "replace")


def _web_codec(name: str | None) -> str | None:
    if not name:
        return None
    try:
        codec = codecs.lookup(name).name
    except (LookupError, ValueError):
        return None
    return _SUPERSETS.get(codec, codec) if _WEB_CODECS.fullmatch(codec) else None
