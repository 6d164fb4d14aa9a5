"""How long a server asks us to wait, within reason."""

from __future__ import annotations

import re
from datetime import datetime

from services.ingest.dates import parse_date

_NUMBER = re.compile(r"-?[0-9]+")
LONGEST_SECONDS = 3_600.0  # a header may say 2099; a source must not fall silent for it


def retry_after_seconds(value: str | None, now: datetime) -> float | None:
    """Return the pause that a `Retry-After` header asks for, from 0 to an hour, else None."""
    if not value:
        return None
    text = value.strip()
    if _NUMBER.fullmatch(text):
        seconds = float(text[:12])
    else:
        date = parse_date(text)
        if date is None:
            return None
        seconds = (date - now).total_seconds()
    return min(max(seconds, 0.0), LONGEST_SECONDS)
