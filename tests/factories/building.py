"""What all factories have in common: one calendar, one set of invented names, one way to override.

The same call always builds the same event. `number` tells things apart: item 2 is not item 1.
"""

from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar

from shared.events import Part

M = TypeVar("M", bound=Part)

START = datetime(2026, 3, 2, 6, 0, tzinfo=UTC)  # a Monday morning
COUNTRY = "XA"  # no country has this code; its desk is part of the demonstration
GROUP = "xa-kelvari"


def at(minutes: float) -> datetime:
    """Return the time so many minutes after the calendar's start."""
    return START + timedelta(minutes=minutes)


def built(model: type[M], defaults: dict[str, Any], overrides: dict[str, Any]) -> M:
    return model(**(defaults | overrides))
