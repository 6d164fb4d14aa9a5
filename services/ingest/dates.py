"""Dates as feeds and pages write them, to aware UTC times or to nothing at all.

A date that cannot be read is no date: `event_time` decides what then counts.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

MAX_DATE = 80
# Outside these a year is a blank field or a typing error, not the date of a report.
YEARS = range(1900, 2201)
_DIGITS = str.maketrans("٠١٢٣٤٥٦٧٨٩۰۱۲۳۴۵۶۷۸۹", "01234567890123456789")
# "01 Jan 0001": what systems write for no date. The standard library reads it as 2001.
_BLANK_YEAR = re.compile(r"\s0\d{3}(\s|$)")
_ISO = re.compile(r"\d{4}-\d{2}-\d{2}([Tt ]\d{2}:\d{2}.*)?")


def parse_date(text: str | None) -> datetime | None:
    """Return the time that *text* names in RFC 822 or ISO 8601 form, else None.

    Digits may be Arabic or Persian; a time without a zone is taken as UTC. A year that no
    report can have gives None, so that whoever adds to the time cannot leave the calendar.
    """
    if not text or len(text) > MAX_DATE:
        return None
    plain = text.strip().translate(_DIGITS)
    if _BLANK_YEAR.search(plain):
        return None
    try:
        read = _iso(plain) if _ISO.fullmatch(plain) else parsedate_to_datetime(plain)
        at = (read if read.tzinfo else read.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError, TypeError, IndexError):
        return None
    return at if at.year in YEARS else None


def _iso(text: str) -> datetime:
    return datetime.fromisoformat(text.upper().replace(" ", "T", 1).replace(" ", ""))
