"""The frameworks as frozen objects; what they say stands in the YAML files beside this one."""

from enum import StrEnum
from functools import cached_property

from pydantic import BaseModel, ConfigDict, RootModel

FALLBACK_LANGUAGE = "en"  # every label has it
UN_FRAMEWORK = "un-faac"


class Kind(StrEnum):
    """How an indicator can be seen: only the first three in what media publish."""

    SPEECH = "speech"
    EVENT = "event"
    MEDIA_BEHAVIOUR = "media-behaviour"
    STRUCTURAL = "structural"


class Crime(StrEnum):
    """Which atrocity crime a risk factor belongs to; `common` to all of them."""

    COMMON = "common"
    GENOCIDE = "genocide"
    CRIMES_AGAINST_HUMANITY = "crimes-against-humanity"
    WAR_CRIMES = "war-crimes"


class _Entry(BaseModel):
    # Files were checked against the schema, which is where unknown fields are refused.
    model_config = ConfigDict(frozen=True)


class Label(RootModel[dict[str, str]]):
    """A short name by language."""

    model_config = ConfigDict(frozen=True)

    def text(self, language: str) -> str:
        """Return the name in `language`, or in English where nobody has written one."""
        return self.root.get(language) or self.root[FALLBACK_LANGUAGE]

    @property
    def languages(self) -> frozenset[str]:
        """The languages that have a name of their own."""
        return frozenset(self.root)


class SourceNote(_Entry):
    """Where a number comes from, and whether somebody has compared it with the document."""

    document: str
    page: int | None = None
    checked: bool


class Indicator(_Entry):
    """One numbered sign of a risk factor."""

    id: str
    kind: Kind
    label: Label
    source: SourceNote
    risk_factor: int
    crimes: tuple[Crime, ...]

    @property
    def code(self) -> str:
        """The id with its framework, as in `un-faac/7.14`."""
        return f"{UN_FRAMEWORK}/{self.id}"


class RiskFactor(_Entry):
    """One of the fourteen risk factors with the indicators known of it."""

    id: int
    crimes: tuple[Crime, ...]
    label: Label
    indicators: tuple[Indicator, ...]


class Hallmark(_Entry):
    """A trait of dangerous messages; `source` is null for our own tags."""

    id: str
    origin: str
    label: Label
    source: SourceNote | None = None


class Stage(_Entry):
    """One of Stanton's stages, for display beside a match and never as a score."""

    id: int
    label: Label
    indicators: tuple[str, ...]
    hallmarks: tuple[str, ...]


class Taxonomy(_Entry):
    """All frameworks together; ids are unique within each kind."""

    risk_factors: tuple[RiskFactor, ...]
    hallmarks: tuple[Hallmark, ...]
    stages: tuple[Stage, ...]

    def indicator(self, indicator_id: str) -> Indicator:
        """Return the indicator with that number; KeyError names an unknown one."""
        return self._indicators[indicator_id]

    def risk_factor(self, number: int) -> RiskFactor:
        """Return the risk factor with that number; KeyError names an unknown one."""
        return self._risk_factors[number]

    def hallmark(self, hallmark_id: str) -> Hallmark:
        """Return the hallmark of that name; KeyError names an unknown one."""
        return self._hallmarks[hallmark_id]

    @property
    def indicators(self) -> tuple[Indicator, ...]:
        """All indicators, in the order of their numbers."""
        return tuple(self._indicators.values())

    def stages_of(self, code: str) -> tuple[Stage, ...]:
        """Return the stages near an indicator's number or a hallmark's name."""
        return tuple(s for s in self.stages if code in s.indicators or code in s.hallmarks)

    @cached_property
    def _indicators(self) -> dict[str, Indicator]:
        return {i.id: i for factor in self.risk_factors for i in factor.indicators}

    @cached_property
    def _risk_factors(self) -> dict[int, RiskFactor]:
        return {factor.id: factor for factor in self.risk_factors}

    @cached_property
    def _hallmarks(self) -> dict[str, Hallmark]:
        return {hallmark.id: hallmark for hallmark in self.hallmarks}
