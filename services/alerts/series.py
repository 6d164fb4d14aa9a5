"""Where an analysed item counts, and as what: pure, and the same however often it is asked.

An item counts in one hour of its outlet and, if something in it matched, in one day of each
series (country and target group). A series is named `-` where a passage names no group.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from shared.events import Collection, Heard, Match, MediaItemAnalysed, MediaItemIngested

NO_GROUP = "-"
# Ingest accepts a publication date up to an hour ahead of the fetch (clocks differ). Anything
# later is no time at which something can have been said, so the arrival stands in for it.
CLOCK_TOLERANCE = timedelta(hours=1)
# A day outside is a page's mistake or its malice; within, days may be added without overflow.
FIRST_DAY, LAST_DAY = date(1900, 1, 1), date(2200, 1, 1)
HEARD_BY_PEOPLE = frozenset({Heard.READ, Heard.LISTENED})


@dataclass(frozen=True, slots=True)
class Passage:
    """What a rule needs to know of one match; `doubted` says that something spoke against it."""

    match_id: str
    indicator: str
    risk_factor: int
    hallmark: str | None
    strength: float
    doubted: bool


@dataclass(frozen=True, slots=True)
class Sighting:
    """One item in one series: who said it, when, in which text, with which passages."""

    item_id: str
    cluster_id: str
    outlet_id: str
    owner_id: str | None
    owner_kind: str
    base: str
    language: str
    event_at: datetime
    fetched_at: datetime
    backfill: bool
    heard: bool
    restricted: bool
    passages: tuple[Passage, ...]

    @property
    def reader(self) -> Reader:
        """The outlet as one that was read."""
        return Reader(self.outlet_id, self.base, self.owner_kind, self.language)

    @property
    def owner(self) -> str:
        """Who answers for it: outlets of one owner are one voice, an unknown owner its outlet."""
        return f"owner|{self.owner_id}" if self.owner_id else f"outlet|{self.outlet_id}"

    @property
    def late_by(self) -> timedelta:
        """How long after the event the item arrived, by its own times."""
        return max(self.fetched_at - self.event_at, timedelta(0))


@dataclass(frozen=True, slots=True, order=True)
class Reader:
    """An outlet of which something was read on a day, with what it was that day, in a language."""

    outlet_id: str
    base: str
    owner_kind: str
    language: str


def counted_at(item: MediaItemIngested) -> datetime:
    """Return the time by which the item counts: its event time unless that lies in the future."""
    if item.event_at - item.fetched_at > CLOCK_TOLERANCE:
        return item.fetched_at
    return item.event_at


def reckoned(day: date) -> bool:
    """Whether a day can be counted; any other is disputed, and counts nowhere."""
    return FIRST_DAY <= day <= LAST_DAY


def hour_key(outlet_id: str, at: datetime) -> str:
    """Return the name of the set of what an outlet published in the hour of `at`."""
    return f"{outlet_id}|{at:%Y-%m-%dT%H}"


def hour_keys(outlet_id: str, day: date) -> list[str]:
    """Return the names of all hours of a day of an outlet."""
    return [f"{outlet_id}|{day.isoformat()}T{hour:02}" for hour in range(24)]


def series_key(country: str, group: str | None, day: date) -> str:
    """Return the name of the set of what matched about a group on a day."""
    return f"{country}|{group or NO_GROUP}|{day.isoformat()}"


def series_of(key: str) -> tuple[str, str | None, date]:
    """Return country, group and day of a series' name; a group id may itself hold a bar."""
    country, rest = key.split("|", 1)
    group, day = rest.rsplit("|", 1)
    return country, None if group == NO_GROUP else group, date.fromisoformat(day)


def exposure_key(country: str, day: date) -> str:
    """Return the name of the set of outlets read in a country on a day."""
    return f"{country}|{day.isoformat()}"


def reader_of(analysis: MediaItemAnalysed) -> Reader:
    """Return the outlet as one that was read."""
    outlet = analysis.item.outlet
    kind, base = str(outlet.owner_kind), str(outlet.base)
    return Reader(outlet.outlet_id, base, kind, analysis.language)


def was_read(analysis: MediaItemAnalysed) -> bool:
    """Whether the item is exposure: a desk can read it, and there are words to read."""
    item = analysis.item
    return analysis.readable and item.heard is not Heard.UNHEARD and bool(item.text.strip())


def sightings_of(analysis: MediaItemAnalysed) -> dict[str, Sighting]:
    """Return the item as it counts in each series, by the series' name."""
    item, at = analysis.item, counted_at(analysis.item)
    return {
        series_key(item.outlet.country, group, at.date()): Sighting(
            item_id=item.item_id,
            cluster_id=analysis.copy.content_cluster_id,
            outlet_id=item.outlet.outlet_id,
            owner_id=item.outlet.owner_id,
            owner_kind=str(item.outlet.owner_kind),
            base=str(item.outlet.base),
            language=analysis.language,
            event_at=at,
            fetched_at=item.fetched_at,
            backfill=item.collection is Collection.BACKFILL,
            heard=item.heard in HEARD_BY_PEOPLE,
            restricted=item.restricted,
            passages=tuple(_passage(match) for match in matches),
        )
        for group, matches in _by_group(analysis.matches).items()
    }


def _by_group(matches: tuple[Match, ...]) -> Mapping[str | None, list[Match]]:
    """Sort matches by target group.

    In an item that speaks of one group only, a passage that names none ("kill them") is about
    that group: otherwise one text would raise two signals.
    """
    named = {match.target_group_id for match in matches if match.target_group_id}
    only = next(iter(named)) if len(named) == 1 else None
    groups: dict[str | None, list[Match]] = {}
    for match in sorted(matches, key=lambda match: match.match_id):
        groups.setdefault(match.target_group_id or only, []).append(match)
    return groups


def _passage(match: Match) -> Passage:
    return Passage(
        match_id=match.match_id,
        indicator=match.indicator,
        risk_factor=match.risk_factor,
        hallmark=match.hallmark,
        strength=match.strength,
        doubted=match.lowered or bool(match.against),
    )
