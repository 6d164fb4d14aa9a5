"""The questions that may be asked, as data: operators' files, and the portal's later versions.

A version set by a person applies to windows from the day on which it was recorded; earlier
windows keep the version that was theirs, so that counting again never rewrites the past.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import date, timedelta
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from services.alerts.baselines.periods import RECENT_DAYS, Periods
from shared.errors import PermanentError
from shared.events import OutletBase, OwnerKind, RuleChanged, RuleKind, Severity, Tlp

# A pattern of a call to violence starts at 0.85; named only in the sentence beside it, the group
# takes a tenth off; one reason to doubt in a neighbouring sentence takes 0.45 of the rest. What
# is still above a half has at most one such reason against it, and a person should see it.
MINIMUM_STRENGTH = 0.5
CALL = "explicit_call_to_violence"
# UN Framework of Analysis for Atrocity Crimes: the indicators that speech itself shows.
SPEECH_INDICATORS = ("7.13", "7.14", "8.7", "10.1", "11.4", "13.7")
# Six weeks: every day of the week six times, and short enough to follow a change of the season.
BASELINE_DAYS = RECENT_DAYS
LONGEST_BASELINE_DAYS = 56
# How far back any window looks, a reference chosen by its dates apart.
LONGEST_REACH_DAYS = Periods(LONGEST_BASELINE_DAYS).reach_days
# A mean over fewer days moves by more than half with a single day: rather no answer than that.
MINIMUM_EXPOSURE_DAYS = 5
# With one text a day expected, five or more come by chance on 4 days in 1 000 (Poisson).
MINIMUM_COUNT = 5
# Chance is what the tail probability excludes; this leaves out what is sure and does not matter.
MINIMUM_RATIO = 2.0
# Of all days on which a window's series are quiet, at most so many raise anything.
FALSE_DISCOVERY_RATE = 0.01
# One owner repeating itself is one voice; the smallest number that is more than one.
MINIMUM_OWNERS = 2
# A day on which fewer than half of the usual number of outlets was read is an outage of ours or
# theirs, and its low count would lower what is expected.
MINIMUM_OUTLET_SHARE = 0.5

LONGEST_REFERENCE = timedelta(days=366)

Share = Annotated[float, Field(ge=0, le=1)]


class _Model(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)


class Definition(_Model):
    """What all rules say: what counts as a passage, and how a signal is marked and ranked."""

    indicators: tuple[str, ...] = ()
    """Empty means any."""
    minimum_strength: Share = MINIMUM_STRENGTH
    severity: Severity = Severity.MODERATE
    raised_severity: Severity = Severity.SEVERE
    """The severity once `raised_from_owners` independent owners carry it."""
    raised_from_owners: Annotated[int, Field(ge=2)] = 3
    tlp: Tlp = Tlp.AMBER
    """Marking until two people release it; `red` and `amber+strict` can never be released wider."""
    embargo_hours: Annotated[float, Field(ge=0, le=720)] = 0.0


class AtOnce(Definition):
    """A single passage of a single outlet is enough: there is no baseline for a call to kill."""

    hallmarks: Annotated[tuple[str, ...], Field(min_length=1)] = (CALL,)
    severity: Severity = Severity.SEVERE
    raised_severity: Severity = Severity.EXTREME
    raised_from_owners: Annotated[int, Field(ge=2)] = 2


class Reference(_Model):
    """A period of which an analyst knows that it was ordinary; at most a year."""

    first_on: date
    last_on: date

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if not timedelta(0) <= self.last_on - self.first_on <= LONGEST_REFERENCE:
            raise ValueError("first_on comes before last_on, at most a year")
        return self


class Threshold(Definition):
    """The last days of a group of outlets against its own past."""

    indicators: Annotated[tuple[str, ...], Field(min_length=1)] = SPEECH_INDICATORS
    bases: tuple[OutletBase, ...] = (OutletBase.DOMESTIC,)
    owner_kinds: tuple[OwnerKind, ...] = ()
    """The side, such as `[state]`; empty means outlets of every kind of owner."""
    reference: Reference | None = None
    """A period to compare with for good; without one, six weeks that ended two months before."""
    baseline_days: Annotated[int, Field(ge=7, le=LONGEST_BASELINE_DAYS)] = BASELINE_DAYS
    minimum_exposure_days: Annotated[int, Field(ge=3)] = MINIMUM_EXPOSURE_DAYS
    minimum_count: Annotated[int, Field(ge=2)] = MINIMUM_COUNT
    minimum_ratio: Annotated[float, Field(gt=1)] = MINIMUM_RATIO
    minimum_owners: Annotated[int, Field(ge=1)] = MINIMUM_OWNERS
    """With one, every outlet is watched as a series of its own too."""
    minimum_outlet_share: Share = MINIMUM_OUTLET_SHARE
    false_discovery_rate: Annotated[float, Field(gt=0, lt=1)] = FALSE_DISCOVERY_RATE

    @property
    def fixed_reference(self) -> tuple[date, date] | None:
        """First and last day of the chosen period."""
        return (self.reference.first_on, self.reference.last_on) if self.reference else None


class Blackout(Definition):
    """Outlets of one country that fall silent together while outlets elsewhere answer."""

    indicators: tuple[str, ...] = ("7.6",)
    severity: Severity = Severity.SEVERE
    raised_severity: Severity = Severity.EXTREME
    raised_from_owners: Annotated[int, Field(ge=2)] = 6
    within_hours: Annotated[float, Field(gt=0, le=48)] = 6
    minimum_outlets: Annotated[int, Field(ge=2)] = 3
    minimum_owners: Annotated[int, Field(ge=1)] = 3
    minimum_answering_share: Share = 0.5
    """Of the outlets elsewhere: where fewer answer, it is our own connection that is cut."""


class Rule(_Model):
    """One version of a rule; `from_on` is None for the operator's file, which always applied."""

    rule_id: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]{0,99}$")]
    version: Annotated[int, Field(ge=1)]
    enabled: bool = True
    kind: Literal[RuleKind.AT_ONCE, RuleKind.THRESHOLD, RuleKind.BLACKOUT]
    definition: AtOnce | Threshold | Blackout
    from_on: date | None = None


_DEFINITIONS: Mapping[RuleKind, type[AtOnce | Threshold | Blackout]] = {
    RuleKind.AT_ONCE: AtOnce,
    RuleKind.THRESHOLD: Threshold,
    RuleKind.BLACKOUT: Blackout,
}


class RuleError(ValueError):
    """A rule that cannot be asked; `place` leads to what is wrong with it."""

    def __init__(self, place: tuple[str | int, ...], problem: str) -> None:
        super().__init__(f"{'.'.join(map(str, place))}: {problem}" if place else problem)
        self.place, self.problem = place, problem


def parse_rule(fields: Mapping[str, Any]) -> Rule:
    """Build a rule, its definition by its kind; RuleError says in one sentence what is wrong."""
    kind = RuleKind(str(fields.get("kind")))
    definition = _DEFINITIONS.get(kind)
    if definition is None:
        known = ", ".join(_DEFINITIONS)
        raise RuleError(("kind",), f"this version asks {known}, not {fields.get('kind')}")
    given = fields.get("definition") or {}
    if not isinstance(given, Mapping):
        raise RuleError(("definition",), "is not a list of parameters with their values")
    with _located(("definition",)):
        parameters = definition.model_validate(given)
    with _located(()):
        return Rule(**dict(fields, kind=kind, definition=parameters))


@contextmanager
def _located(place: tuple[str | int, ...]) -> Iterator[None]:
    try:
        yield
    except ValidationError as error:
        problem = error.errors(include_url=False, include_context=False, include_input=False)[0]
        raise RuleError((*place, *problem["loc"]), problem["msg"]) from error


def changed_rule(event: RuleChanged) -> Rule:
    """Return the version that a person set; PermanentError where it cannot be asked."""
    fields = event.model_dump(include={"rule_id", "version", "enabled", "kind", "definition"})
    try:
        return parse_rule(fields | {"from_on": event.recorded_at.date()})
    except ValueError as error:
        raise PermanentError(f"rule {event.rule_id} version {event.version}: {error}") from error
