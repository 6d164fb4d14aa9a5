"""The parts of a signal: what it is about, on what evidence, against which baseline."""

from typing import Annotated

from pydantic import Field

from shared.events.decisions import ReleaseState, RuleKind
from shared.events.fields import (
    Count,
    Country,
    Id,
    Part,
    Quantity,
    Revision,
    Sha256,
    Share,
    Span,
    UtcTime,
)
from shared.events.findings import RiskFactor
from shared.events.terms import OwnerKind, TextField

MAX_QUOTE_CHARACTERS = 300  # enough to judge, too little to replace the article


class RuleRef(Part):
    """The rule, in the version that asked."""

    rule_id: Id
    version: Revision
    kind: RuleKind


class Situation(Part):
    """What one signal is about; the same situation never has two signals."""

    country: Country
    target_group_id: Id | None = None
    indicators: tuple[str, ...] = ()
    risk_factors: tuple[RiskFactor, ...] = ()
    story_ids: tuple[Id, ...] = ()
    window_from_at: UtcTime
    window_to_at: UtcTime


class Translation(Part):
    """A quote in another language; `checked` once a person who reads both has agreed."""

    text: str
    translator_role: str
    checked: bool


class Evidence(Span):
    """One passage behind a signal, with the way back to the raw bytes."""

    item_id: Id
    revision: Revision
    match_id: Id | None = None
    outlet_id: Id
    owner_id: Id | None = None
    owner_kind: OwnerKind
    controlled_by: str | None = None
    content_cluster_id: Id
    event_at: UtcTime
    field: TextField
    quote: Annotated[str, Field(max_length=MAX_QUOTE_CHARACTERS)]
    translation: Translation | None = None
    url: str | None = None
    capture_id: Id
    raw_sha256: Sha256


class Baseline(Part):
    """What was to be expected, and what was seen."""

    series_key: str
    expected: Quantity
    observed: Quantity
    exposure: Quantity
    """How much was published in the window: what `observed` is out of."""
    excluded_days: Count
    probability: Share | None = None
    pooled: bool = False
    """True where the series was too short and its neighbours lent it their history."""


class Versions(Part):
    """What must be restored to compute the signal again."""

    analysis: str
    rules: str
    desk: str


class Approval(Part):
    """One person's consent to a release."""

    actor_id: Id
    recorded_at: UtcTime


class Release(Part):
    """How far a signal may go, and who let it."""

    state: ReleaseState = ReleaseState.NONE
    approvals: tuple[Approval, ...] = ()
