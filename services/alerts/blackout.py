"""Several outlets of one country that fall silent together while others answer; pure.

UN indicator 7.6 speaks of control over channels of communication. One silent outlet is a broken
server; all of them at once is a broken server of ours, which is why somebody elsewhere must
answer. What remains is for a person to look at.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from services.alerts.rules import Blackout
from shared.events import Health, MediaOutletHealthChanged, OutletBase, OutletStatus

ONE_DAY = timedelta(days=1)
SILENT = frozenset({Health.SILENT, Health.FAILING})
# A paused outlet was set aside by a person; its silence is ours.
WATCHED = frozenset({OutletStatus.ACTIVE})


@dataclass(frozen=True, slots=True, order=True)
class Statement:
    """What was said of one outlet at one time: its health, and since when it has been so."""

    said_at: datetime
    outlet_id: str
    owner: str
    country: str
    domestic: bool
    health: Health
    since_at: datetime
    until_at: datetime | None


@dataclass(frozen=True, slots=True)
class Darkness:
    """What was found of one day: who fell silent in the darkest window, and who answered."""

    reason: str
    silent: tuple[Statement, ...] = ()
    watched: int = 0
    answering: int = 0

    @property
    def owners(self) -> int:
        """How many independent owners fell silent."""
        return len({one.owner for one in self.silent})


def statement_of(event: MediaOutletHealthChanged) -> Statement | None:
    """Return the statement that an event is; None of an outlet that nobody watches."""
    outlet = event.outlet
    if outlet.status not in WATCHED or event.health is Health.UNKNOWN:
        return None
    return Statement(
        said_at=event.period_to_at,
        outlet_id=outlet.outlet_id,
        owner=f"owner|{outlet.owner_id}" if outlet.owner_id else f"outlet|{outlet.outlet_id}",
        country=outlet.country,
        domestic=outlet.base is OutletBase.DOMESTIC,
        health=event.health,
        since_at=event.since_at,
        until_at=event.until_at,
    )


def silences_after(statements: Iterable[Statement], at: datetime) -> set[tuple[str, date]]:
    """Return the countries and days whose answer a change at some time can concern.

    An outlet's state lasts, and so does its answer to whether it was reached at any later time.
    """
    return {
        (one.country, (one.since_at - back).date())
        for one in statements
        for back in (timedelta(0), ONE_DAY)
        if one.health in SILENT and one.since_at >= at - 2 * ONE_DAY
    }


def blackout(rule: Blackout, country: str, day: date, statements: Iterable[Statement]) -> Darkness:
    """Answer whether a blackout began on `day`, in UTC."""
    known = sorted(statements)
    silences = _silences(one for one in known if one.country == country and one.domestic)
    within = timedelta(hours=rule.within_hours)
    windows = (
        [one for one in silences if first.since_at <= one.since_at <= first.since_at + within]
        for first in silences
        if first.since_at.date() == day
    )
    best = max(windows, key=lambda one: len({two.owner for two in one}), default=[])
    here = {one.outlet_id for one in known if one.country == country and one.domestic}
    elsewhere = {one.outlet_id for one in known} - here
    end = max((one.since_at for one in best), default=None)
    answering = sum(_answers(one, end, known) for one in elsewhere) if end else 0
    found = Darkness("", tuple(best), len(here), answering)
    return Darkness(_reason(rule, found, len(elsewhere)), found.silent, found.watched, answering)


def _silences(statements: Iterable[Statement]) -> list[Statement]:
    """Return each silence once, however often it was said, in the order of their beginnings."""
    silent = {(one.outlet_id, one.since_at): one for one in statements if one.health in SILENT}
    return sorted(silent.values(), key=lambda one: (one.since_at, one.outlet_id))


def _answers(outlet_id: str, at: datetime, known: Sequence[Statement]) -> bool:
    """Whether the last state of an outlet that had begun by then is no silence."""
    begun = [one for one in known if one.outlet_id == outlet_id and one.since_at <= at]
    if not begun:
        return False
    last = max(begun, key=lambda one: (one.since_at, one.said_at))
    over = last.until_at is not None and last.until_at <= at
    return over or last.health not in SILENT


def _reason(rule: Blackout, found: Darkness, elsewhere: int) -> str:
    """Return which condition is not met, or nothing where all are."""
    outlets = {one.outlet_id for one in found.silent}
    if len(outlets) < rule.minimum_outlets:
        return f"{len(outlets)} outlets that fell silent are fewer than {rule.minimum_outlets}."
    if found.owners < rule.minimum_owners:
        return f"They are of {found.owners} owners, fewer than {rule.minimum_owners}."
    if not elsewhere:
        return "No outlet elsewhere is known, so that it may be our own connection."
    if found.answering < rule.minimum_answering_share * elsewhere:
        return f"Only {found.answering} of {elsewhere} outlets elsewhere answered: ours may be cut."
    return ""
