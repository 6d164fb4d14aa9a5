"""Changes to one outlet as an operator gives them; a new fact ends the one before it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, TypeVar

from pydantic import ValidationError

from services.ingest.registry import ControlFact, DatedFact, OwnerFact, RegisteredOutlet, Source
from shared.errors import ConfigurationError

DAY = timedelta(days=1)
F = TypeVar("F", bound=DatedFact)


@dataclass(frozen=True, slots=True)
class NewFact:
    """What holds from a day on: who, since when, who says so, and how surely."""

    subject: str
    from_on: date | None
    source: str
    confidence: str
    owner_kind: str | None = None


def outlet_of(fields: dict[str, Any]) -> RegisteredOutlet:
    """Return the outlet that *fields* describe; ConfigurationError names the wrong one."""
    try:
        return RegisteredOutlet.model_validate(fields)
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(str(part) for part in first["loc"])
        reason = str(first["msg"]).removeprefix("Value error, ")
        raise ConfigurationError(f"{place}: {reason}.") from error


def edited(
    outlet: RegisteredOutlet,
    *,
    fields: dict[str, Any] | None = None,
    owner: NewFact | None = None,
    control: NewFact | None = None,
) -> RegisteredOutlet:
    """Return *outlet* with other *fields*, and with new facts about who owns or controls it."""
    changes = {name: value for name, value in (fields or {}).items() if value is not None}
    ownership = outlet.model_dump()["ownership"]
    if owner is not None:
        fact = {**_fact(owner), "owner_id": owner.subject, "owner_kind": owner.owner_kind}
        ownership["owner"] = [*_ended(outlet.ownership.owner, owner.from_on), fact]
    if control is not None:
        fact = {**_fact(control), "controlled_by": control.subject}
        ownership["control"] = [*_ended(outlet.ownership.control, control.from_on), fact]
    return outlet_of({**outlet.model_dump(), "ownership": ownership, **changes})


def with_source(outlet: RegisteredOutlet, source_id: str, **changes: Any) -> RegisteredOutlet:
    """Return *outlet* with one source changed."""
    if source_id not in {one.source_id for one in outlet.sources}:
        raise ConfigurationError(f"{outlet.outlet_id} has no source {source_id}.")
    sources = tuple(
        one.model_copy(update=changes) if one.source_id == source_id else one
        for one in outlet.sources
    )
    return outlet.model_copy(update={"sources": sources})


def with_new_source(outlet: RegisteredOutlet, source: Source) -> RegisteredOutlet:
    """Return *outlet* with one more source."""
    return outlet.model_copy(update={"sources": (*outlet.sources, source)})


def _fact(new: NewFact) -> dict[str, Any]:
    return {
        "from_on": new.from_on,
        "until_on": None,
        "source": new.source,
        "confidence": new.confidence,
    }


def _ended(facts: Sequence[OwnerFact] | Sequence[ControlFact], on: date | None) -> list[Any]:
    """Return *facts* with the open one ended on the day before *on*."""
    return [
        fact.model_copy(update={"until_on": on - DAY}).model_dump()
        if on is not None and fact.until_on is None
        else fact.model_dump()
        for fact in facts
    ]
