"""Sightings, counts and reviews for the pure parts."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from services.alerts.lines import Counts
from services.alerts.rules import AtOnce, Rule, Threshold
from services.alerts.series import Passage, Reader, Sighting
from shared.events import RuleKind
from tests.factories import START, at

DAY = START.date()
AT_ONCE = Rule(rule_id="at-once", version=1, kind=RuleKind.AT_ONCE, definition=AtOnce())
THRESHOLD = Rule(rule_id="threshold", version=1, kind=RuleKind.THRESHOLD, definition=Threshold())


def passage(number: int = 1, **overrides: Any) -> Passage:
    made = Passage(f"match-{number}", "11.4", 11, "explicit_call_to_violence", 0.9, doubted=False)
    return replace(made, **overrides)


def sighting(number: int = 1, **overrides: Any) -> Sighting:
    """Build an item of its own outlet, owner and text."""
    made = Sighting(
        item_id=f"{number:032x}",
        cluster_id=f"text-{number}",
        outlet_id=f"outlet-{number}",
        owner_id=f"owner-{number}",
        owner_kind="private",
        base="domestic",
        language="en",
        event_at=at(number),
        fetched_at=at(number + 5),
        backfill=False,
        heard=True,
        restricted=False,
        passages=(passage(number),),
    )
    return replace(made, **overrides)


def reader(seen: Sighting) -> Reader:
    return seen.reader


def before(days: int) -> date:
    return DAY - timedelta(days=days)


def counts(*today: Sighting, **overrides: Any) -> Counts:
    return replace(Counts(DAY, today), **overrides)


ITEMS = 20  # read of every outlet on every day


def quiet_past(texts_a_day: float = 1, days: int = 60) -> dict[str, Any]:
    """Build days on which two outlets were read and so many texts matched; today eight more."""
    outlets = [sighting(901), sighting(902)]
    past = {
        before(day): tuple(
            replace(outlets[n % 2], cluster_id=f"past-{day}-{n}", backfill=True)
            for n in range(int(day * texts_a_day) - int((day - 1) * texts_a_day))
        )
        for day in range(1, days + 1)
    }
    read = {before(day): dict.fromkeys(map(reader, outlets), ITEMS) for day in range(1, days + 1)}
    today = {DAY: dict.fromkeys(map(reader, [*outlets, *map(sighting, range(1, 9))]), 4)}
    return {"before": past, "read": read | today}
