"""The words pages use for fixed codes, and how they write times and numbers."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

OWNERS = {
    "state": "State",
    "private": "Private",
    "public_service": "Public service",
    "party": "Party",
    "religious": "Religious",
    "community": "Community",
    "armed_group": "Armed group",
    "un_or_mission": "UN or mission",
    "unknown": "Owner not known",
}
DECISIONS = {
    "assess": "Assessed",
    "dismiss": "Dismissed",
    "acknowledge": "Acknowledged",
    "approve_release": "Turned a key for release",
    "revoke": "Took back a key",
    "withdraw": "Withdrew",
    "correct": "Corrected",
    "close": "Closed",
    "clip": "Clipped to a report",
    "unclip": "Taken out of a report",
    "relevant": "Relevant",
    "not_relevant": "Not relevant",
}
RULES = {
    "at_once": "at once, on a single item",
    "threshold": "threshold over the usual",
    "burst": "burst",
    "divergence": "divergence between owners",
    "silence": "silence",
    "blackout": "blackout",
    "ladder": "ladder",
    "unknown": "rule not known",
}


def owner(kind: str) -> str:
    """Return the words for a kind of owner."""
    return OWNERS.get(kind, plain(kind))


def decision(code: str) -> str:
    """Return the words for what a reviewer decided."""
    return DECISIONS.get(code, plain(code))


def rule(kind: str) -> str:
    """Return the words for the question a rule asks."""
    return RULES.get(kind, plain(kind))


def plain(code: str) -> str:
    """Return a code's words: `near_of` as "near of"."""
    return code.replace("_", " ")


def moment(at: datetime) -> str:
    """Return a time to the minute, always in UTC and saying so."""
    return f"{at.astimezone(UTC):%-d %b %Y, %H:%M} UTC"


def day(on: date) -> str:
    """Return a day."""
    return f"{on:%-d %b %Y}"


def last_day(end: datetime, start: datetime) -> date:
    """Return the last day of a window that runs from *start* up to but without *end*."""
    return max(end.astimezone(UTC) - timedelta(microseconds=1), start.astimezone(UTC)).date()


def iso(at: datetime) -> str:
    """Return a time for machines."""
    return at.astimezone(UTC).isoformat().replace("+00:00", "Z")


def number(value: float) -> str:
    """Return a number with thin groups and at most one decimal."""
    return f"{value:,.0f}" if value == int(value) else f"{value:,.1f}"


def percent(share: float) -> str:
    """Return a share as a whole percentage."""
    return f"{round(share * 100)} %"


def rate(percentage: float) -> str:
    """Return a percentage with two digits that count: `0.43 %`, `4.3 %`, `43 %`."""
    return f"{percentage:.0f} %" if percentage >= 9.95 else f"{percentage:.2g} %"  # noqa: PLR2004


def direction(text: str) -> str:
    """Return `rtl` where the first letter with a direction runs from right to left."""
    for character in text:
        kind = unicodedata.bidirectional(character)
        if kind in ("L", "R", "AL"):
            return "ltr" if kind == "L" else "rtl"
    return "ltr"


def language_tag(code: str) -> str:
    """Return a `lang` attribute that browsers know how to use."""
    return code if code.replace("-", "").isalnum() else "und"


FILTERS: dict[str, Callable[..., Any]] = {
    "owner": owner,
    "decision": decision,
    "rule": rule,
    "plain": plain,
    "moment": moment,
    "day": day,
    "last_day": last_day,
    "iso": iso,
    "number": number,
    "percent": percent,
    "rate": rate,
    "language_tag": language_tag,
    "direction": direction,
}
