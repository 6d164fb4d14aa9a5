"""What the analysis finds in one text; offsets count code points in the text they name."""

from typing import Annotated

from pydantic import Field

from shared.events.fields import Count, Country, Id, OptionalSpan, Part, Share, Span
from shared.events.terms import MentionKind, Modality, TextField, Voice

Latitude = Annotated[float, Field(ge=-90, le=90)]
Longitude = Annotated[float, Field(ge=-180, le=180)]
Goldstein = Annotated[float, Field(ge=-10, le=10)]
RiskFactor = Annotated[int, Field(ge=1)]


class LanguageSpan(Span):
    """The language of a stretch of the text."""

    code: str
    confidence: Share


class Copy(Part):
    """What the text repeats. Copies of one text count as one, whoever printed them."""

    exact_of: Id | None = None
    near_of: Id | None = None
    similarity: Share | None = None
    content_cluster_id: Id
    agency: str | None = None


class Mention(Span):
    """A name in the text, with the record it stands for where that is known."""

    mention_id: Id
    kind: MentionKind
    ref_id: Id | None = None
    surface: str
    field: TextField
    role: str | None = None


class Place(Part):
    """A place that the text speaks of, as far as it could be found on the map."""

    place_id: Id | None = None
    name: str
    country: Country | None = None
    admin1: str | None = None
    lat: Latitude | None = None
    lon: Longitude | None = None
    score: Share
    mention_id: Id | None = None


class Quote(Span):
    """Words that the text attributes to somebody."""

    speaker_mention_id: Id | None = None
    speaker_role: str


class Incident(Span):
    """Something that the text says was done; PLOVER first, CAMEO for exchange."""

    incident_id: Id
    plover_class: str
    plover_mode: str | None = None
    cameo: str | None = None
    goldstein: Goldstein | None = None
    actor: str | None = None
    target: str | None = None
    fatalities: Count | None = None
    """As reported, never estimated."""
    modality: Modality


class Against(OptionalSpan):
    """A reason to trust a match less, such as quotation marks or a sporting page."""

    kind: str
    weight: Share


class Match(Span):
    """A passage that may match an indicator: a question for a reader, not a finding."""

    match_id: Id
    framework: str
    indicator: str
    risk_factor: RiskFactor
    hallmark: str | None = None
    target_group_id: Id | None = None
    field: TextField
    method: str
    rule_id: Id
    rule_version: str
    strength: Share
    voice: Voice
    speaker_role: str | None = None
    against: tuple[Against, ...] = ()
    lowered: bool = False
    """True where `against` took something off the strength."""


class ScorePart(Part):
    """A named contribution to a score or a confidence, so that a reader can see why."""

    name: str
    value: float
