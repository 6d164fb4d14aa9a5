"""Country desks: what people can read there, and the names that matter to them.

Which groups, actors, places and dates matter is an operator's decision, made in files; none
is named in code. Terms of abuse stand in files of their own (see `abuse`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from services.analysis.documents import load_document, refusal
from services.analysis.inflection import written_forms
from shared.errors import ConfigurationError
from shared.events import MentionKind

_ACTOR_KINDS = {
    "person": MentionKind.PUBLIC_PERSON,
    "party": MentionKind.ORGANISATION,
    "organisation": MentionKind.ORGANISATION,
}

_LEAP_YEAR = 2024  # so that 29 February is a day of every year


@dataclass(frozen=True, slots=True)
class Known:
    """What a name stands for.

    `role` is an actor's standing as a speaker, or that a group is named by a term of abuse.
    A name that is not `certain` is an ordinary word too, and counts for its group only in a
    text that names the group otherwise.
    """

    kind: MentionKind
    ref_id: str
    role: str | None = None
    certain: bool = True


@dataclass(frozen=True, slots=True)
class DeskPlace:
    """A place that the desk knows better than the gazetteer."""

    place_id: str
    name: str
    country: str
    admin1: str | None
    lat: float
    lon: float


@dataclass(frozen=True, slots=True)
class DeskDate:
    """A day of the year on which words weigh more; `year` where it is one day alone."""

    name: str
    month: int
    day: int
    year: int | None


@dataclass(frozen=True, slots=True)
class Desk:
    """One desk; `names` maps each normalised form of a name to what it stands for."""

    country: str
    languages: frozenset[str]
    names: Mapping[str, Known]
    places: Mapping[str, DeskPlace] = field(default_factory=dict)
    dates: tuple[DeskDate, ...] = ()

    @property
    def groups(self) -> frozenset[str]:
        """Return the ids of the groups that this desk watches over."""
        known = self.names.values()
        return frozenset(one.ref_id for one in known if one.kind is MentionKind.GROUP)


NO_DESK = Desk("", frozenset(), {})


def load_desks(folder: Path) -> dict[str, Desk]:
    """Read every desk of *folder*, by country; ConfigurationError names file, line and column."""
    desks: dict[str, Desk] = {}
    for path in sorted(folder.glob("*.yaml")):
        desk = load_desk(path)
        if desk.country in desks:
            raise refusal(path, ["country"], f"there is a desk for {desk.country} already.")
        desks[desk.country] = desk
    if not desks:
        raise ConfigurationError(f"{folder} holds no desk (*.yaml): nothing could be matched.")
    return desks


def load_desk(path: Path) -> Desk:
    """Read one desk's file."""
    content = load_document(path, "desk")
    names: dict[str, Known] = {}
    owners: dict[str, str] = {}
    for steps, known, language, form in _named(content):
        for name in written_forms(form, language):
            if not name:
                raise refusal(path, steps, f"{form!r} has no word in it.")
            if owners.setdefault(name, known.ref_id) != known.ref_id:
                mistake = f"{owners[name]} and {known.ref_id} share the name {form!r}."
                raise refusal(path, steps, mistake)
            names.setdefault(name, known)
    return Desk(
        content["country"],
        frozenset(content["languages"]),
        names,
        {one["id"]: _place(one, content["country"]) for one in content.get("places", [])},
        tuple(_date(path, number, one) for number, one in enumerate(content.get("dates", []))),
    )


_Named = tuple[list[str | int], Known, str, str]


def _named(content: Mapping[str, Any]) -> Iterator[_Named]:
    """Yield each form with where it stands, what it names, and its language."""
    for section, known in (("groups", _group), ("actors", _actor), ("places", _place_name)):
        for number, entry in enumerate(content.get(section, [])):
            for kind in ("forms", "exonyms"):
                for language, forms in entry.get(kind, {}).items():
                    for place, form in enumerate(forms):
                        steps = [section, number, kind, language, place]
                        yield steps, known(entry), language, form


def _group(entry: Mapping[str, Any]) -> Known:
    return Known(MentionKind.GROUP, entry["id"])


def _actor(entry: Mapping[str, Any]) -> Known:
    kind = _ACTOR_KINDS.get(entry["kind"], MentionKind.ACTOR)
    return Known(kind, entry["id"], entry["speaks_as"])


def _place_name(entry: Mapping[str, Any]) -> Known:
    return Known(MentionKind.PLACE, entry["id"])


def _place(entry: Mapping[str, Any], country: str) -> DeskPlace:
    return DeskPlace(
        entry["id"], entry["name"], country, entry.get("admin1"), entry["lat"], entry["lon"]
    )


def _date(path: Path, number: int, entry: Mapping[str, Any]) -> DeskDate:
    *years, month, day = map(int, entry["day"].split("-"))
    try:
        date(years[0] if years else _LEAP_YEAR, month, day)
    except ValueError as error:
        mistake = f"{entry['day']} is no day of the calendar."
        raise refusal(path, ["dates", number, "day"], mistake) from error
    return DeskDate(entry["name"], month, day, years[0] if years else None)
