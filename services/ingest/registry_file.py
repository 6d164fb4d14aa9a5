"""Reads the operators' files of outlets; refuses the whole set for one mistake, with its line.

Contradictions between files are mistakes too: an id or an address used twice, two owners
on one day, one owner who is of two kinds.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import urlsplit

from pydantic import ValidationError

from services.ingest.registry import DatedFact, RegisteredOutlet, Registry, Source
from shared.addresses import Addresses
from shared.errors import ConfigurationError
from shared.urls import normalise_url
from shared.yaml_lines import LocatedDocument

POLITE_PERIOD_SECONDS = 60


class Placed(Protocol):
    """An outlet with where it was read."""

    @property
    def outlet(self) -> RegisteredOutlet:
        """Return the outlet."""

    def error(self, reason: str, *path: str | int) -> ConfigurationError:
        """Return the error that says where the value at *path* of this outlet stands."""


@dataclass(frozen=True, slots=True)
class Given:
    """An outlet from elsewhere than an operators' file; *where* is a file's line, say."""

    outlet: RegisteredOutlet
    where: str

    def error(self, reason: str, *_path: str | int) -> ConfigurationError:
        """Return the error at this place."""
        return ConfigurationError(f"{self.where}: {reason}.")


@dataclass(frozen=True, slots=True)
class Located:
    """An outlet of an operators' file."""

    outlet: RegisteredOutlet
    document: LocatedDocument
    index: int

    def error(self, reason: str, *path: str | int) -> ConfigurationError:
        """Return the error at *path* inside this outlet."""
        return self.document.error(self.document.line(("outlets", self.index, *path)), reason)


def load_registry(folder: Path, allowed: Addresses = frozenset()) -> Registry:
    """Return all outlets under *folder*; ConfigurationError names file, line and reason.

    *allowed* are the addresses of the demonstration, where short periods are accepted.
    """
    located = read_folder(folder)
    refuse_mistakes(located, allowed)
    return Registry.of([one.outlet for one in located])


def read_folder(folder: Path) -> list[Located]:
    """Return all outlets under *folder* with their places, not yet compared."""
    if not folder.is_dir():
        raise ConfigurationError(f"{folder} is not a folder: outlets are read from there.")
    paths = sorted(folder.glob("*.yaml"))
    return [one for path in paths for one in read_file(path.name, path.read_text("utf-8"))]


def refuse_mistakes(placed: Sequence[Placed], allowed: Addresses = frozenset()) -> None:
    """Raise ConfigurationError for the first thing in which *placed* contradict each other.

    Of two that do, the later one is named.
    """
    _refuse_repeated_ids(placed)
    for one in placed:
        _refuse_contradictions(one)
        _refuse_impolite(one, allowed)
    _refuse_two_kinds(placed)


def read_file(name: str, text: str) -> Iterator[Located]:
    """Yield the outlets of one file; ConfigurationError names the line of a mistake."""
    document = LocatedDocument(name, text)
    content = document.value
    if not isinstance(content, dict) or set(content) != {"country", "outlets"}:
        raise document.error(1, "a file has exactly the fields country and outlets")
    if not isinstance(content["outlets"], list):
        raise document.error(document.line(("outlets",)), "outlets is a list")
    for index, fields in enumerate(content["outlets"]):
        yield Located(_outlet(document, index, content["country"], fields), document, index)


def _outlet(document: LocatedDocument, index: int, country: Any, fields: Any) -> RegisteredOutlet:
    if not isinstance(fields, dict) or "country" in fields:
        line = document.line(("outlets", index))
        raise document.error(line, "an outlet has named fields, and its country is the file's")
    try:
        return RegisteredOutlet.model_validate({**fields, "country": country})
    except ValidationError as error:
        first = error.errors()[0]
        where = tuple(first["loc"])
        path = ("country",) if where == ("country",) else ("outlets", index, *where)
        name = ".".join(str(part) for part in where)
        message = str(first["msg"]).removeprefix("Value error, ")
        raise document.error(document.line(path), f"{name}: {message}") from error


def _refuse_repeated_ids(located: Sequence[Placed]) -> None:
    outlets: set[str] = set()
    sources: set[str] = set()
    addresses: set[str] = set()
    for one in located:
        if one.outlet.outlet_id in outlets:
            raise one.error(f"outlet {one.outlet.outlet_id} is registered twice", "outlet_id")
        outlets.add(one.outlet.outlet_id)
        for index, source in enumerate(one.outlet.sources):
            address = normalise_url(source.url)
            if source.source_id in sources:
                raise one.error(f"source {source.source_id} is given twice", "sources", index)
            if address in addresses:
                raise one.error(f"{source.url} is polled twice", "sources", index, "url")
            sources.add(source.source_id)
            addresses.add(address)


def _refuse_contradictions(one: Placed) -> None:
    ownership = one.outlet.ownership
    lists: dict[str, tuple[DatedFact, ...]] = {
        "owner": ownership.owner,
        "control": ownership.control,
    }
    for name, facts in lists.items():
        for index, fact in enumerate(facts):
            if fact.from_on and fact.until_on and fact.until_on < fact.from_on:
                raise one.error("until_on is before from_on", "ownership", name, index)
        for (_, first), (index, second) in combinations(enumerate(facts), 2):
            if first.overlaps(second):
                raise one.error(f"two {name} facts hold on the same day", "ownership", name, index)


def _refuse_impolite(one: Placed, allowed: Addresses) -> None:
    for index, source in enumerate(one.outlet.sources):
        if source.period_seconds < POLITE_PERIOD_SECONDS and not is_allowed(source, allowed):
            reason = f"a period below {POLITE_PERIOD_SECONDS} seconds is for allowed addresses only"
            raise one.error(reason, "sources", index, "period_seconds")


def is_allowed(source: Source, allowed: Addresses) -> bool:
    """Tell whether *source* is at one of the demonstration's addresses."""
    parts = urlsplit(source.url)
    port = parts.port or (443 if parts.scheme == "https" else 80)
    return (parts.hostname or "", port) in allowed


def _refuse_two_kinds(located: Sequence[Placed]) -> None:
    facts = [
        (one, index, fact)
        for one in located
        for index, fact in enumerate(one.outlet.ownership.owner)
    ]
    for (_, _, first), (one, index, second) in combinations(facts, 2):
        is_same = first.owner_id == second.owner_id and first.overlaps(second)
        if is_same and first.owner_kind != second.owner_kind:
            reason = f"owner {second.owner_id} is of another kind elsewhere on the same day"
            raise one.error(reason, "ownership", "owner", index)
