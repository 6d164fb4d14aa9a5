"""Sightings, counts and reviews for the pure parts."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from services.alerts.detect import Counts
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
        event_at=at(number),
        fetched_at=at(number + 5),
        backfill=False,
        heard=True,
        restricted=False,
        passages=(passage(number),),
    )
    return replace(made, **overrides)


def reader(seen: Sighting) -> Reader:
    return Reader(seen.outlet_id, seen.base, seen.owner_kind)


def before(days: int) -> date:
    return DAY - timedelta(days=days)


def counts(*today: Sighting, **overrides: Any) -> Counts:
    return replace(Counts(DAY, today), **overrides)


def quiet_fortnight(texts_a_day: int = 1) -> dict[str, Any]:
    """Build fourteen days on which two outlets were read and so many texts matched."""
    outlets = [sighting(901), sighting(902)]
    past = {
        before(day): tuple(
            replace(outlets[n % 2], cluster_id=f"past-{day}-{n}", backfill=True)
            for n in range(texts_a_day)
        )
        for day in range(1, 15)
    }
    read = {before(day): frozenset(map(reader, outlets)) for day in range(1, 15)}
    return {"before": past, "read": read}
