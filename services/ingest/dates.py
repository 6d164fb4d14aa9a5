"""Dates as feeds and pages write them, to aware UTC times or to nothing at all.

A date that cannot be read is no date: `event_time` decides what then counts.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

MAX_DATE = 80
_DIGITS = str.maketrans("٠١٢٣٤٥٦٧٨٩۰۱۲۳۴۵۶۷۸۹", "01234567890123456789")
_ISO = re.compile(r"\d{4}-\d{2}-\d{2}([Tt ]\d{2}:\d{2}.*)?")


def parse_date(text: str | None) -> datetime | None:
    """Return the time that *text* names in RFC 822 or ISO 8601 form, else None.

    Digits may be Arabic or Persian; a time without a zone is taken as UTC.
    """
    if not text or len(text) > MAX_DATE:
        return None
    plain = text.strip().translate(_DIGITS)
    try:
        read = _iso(plain) if _ISO.fullmatch(plain) else parsedate_to_datetime(plain)
        return (read if read.tzinfo else read.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError, TypeError, IndexError):
        return None


def _iso(text: str) -> datetime:
    return datetime.fromisoformat(text.upper().replace(" ", "T", 1).replace(" ", ""))
