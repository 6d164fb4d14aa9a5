"""The value types that all contracts share: identifiers, times, spans and bounded numbers."""

from datetime import UTC, datetime
from typing import Annotated, Self

from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    ConfigDict,
    Field,
    StringConstraints,
    model_validator,
)

Id = Annotated[str, StringConstraints(min_length=1, max_length=200)]
Sha256 = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]
Country = Annotated[str, StringConstraints(pattern=r"^[A-Z]{2}$")]  # ISO 3166-1 alpha-2
Revision = Annotated[int, Field(ge=1)]
Count = Annotated[int, Field(ge=0)]
Quantity = Annotated[float, Field(ge=0)]
Share = Annotated[float, Field(ge=0, le=1)]
Offset = Annotated[int, Field(ge=0)]  # in Unicode code points


def _to_utc(value: datetime) -> datetime:
    return value.astimezone(UTC)


UtcTime = Annotated[AwareDatetime, AfterValidator(_to_utc)]


class Part(BaseModel):
    """A frozen piece of an event; a misspelt field is refused where it is made."""

    model_config = ConfigDict(
        frozen=True,
        extra="forbid",
        allow_inf_nan=False,
        use_attribute_docstrings=True,
        validate_default=False,
    )


class Span(Part):
    """A stretch of the item's text or title, from `start` up to but without `end`."""

    start: Offset
    end: Offset

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        if self.end < self.start:
            raise ValueError(f"a span ends at {self.end}, before it starts at {self.start}")
        return self


class OptionalSpan(Part):
    """A stretch of text, or with both ends null none at all."""

    start: Offset | None = None
    end: Offset | None = None

    @model_validator(mode="after")
    def _ordered_or_absent(self) -> Self:
        if (self.start is None) != (self.end is None):
            raise ValueError("a span has both a start and an end, or neither")
        if self.start is not None and self.end is not None and self.end < self.start:
            raise ValueError(f"a span ends at {self.end}, before it starts at {self.start}")
        return self
