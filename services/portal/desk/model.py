"""The weekly report of one desk, as it is drafted and as it was published.

A report only ever grows by changes that `editing` allows. What was published is kept in
editions, each whole: a later correction adds an edition and its notice, and alters none.
"""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from pydantic import BaseModel, ConfigDict, Field

from services.portal.desk.week import Week
from shared.events import Medium, OwnerKind


class Kept(BaseModel):
    """A frozen part of a report, as MongoDB keeps it."""

    model_config = ConfigDict(frozen=True, extra="ignore")


class ReportState(StrEnum):
    """How far a report, or its next edition, has come."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    PUBLISHED = "published"


class Translation(Kept):
    """An officer's own translation. It is a draft until another person has compared it."""

    headline: str
    passage: str
    translator_id: str
    translator_role: str
    translated_at: datetime
    checked_by: str | None = None
    checked_at: datetime | None = None

    @property
    def checked(self) -> bool:
        """Tell whether a second reader has compared it with the original."""
        return self.checked_by is not None


class Clip(Kept):
    """A passage taken over into a report, with all that its entry says of where it is from."""

    clip_id: str
    item_id: str
    item_revision: int
    outlet_id: str
    outlet_name: str
    owner_kind: OwnerKind
    controlled_by: str | None
    medium: Medium
    language: str
    event_at: datetime
    headline: str
    passage: str
    indicators: tuple[str, ...] = ()
    url: str | None = None
    capture_id: str | None = None
    raw_sha256: str | None = None
    clipped_by: str
    clipped_at: datetime
    topic: int | None = Field(None, description="Number of its topic, from 1.")
    note: str = Field("", description="A few lines in the report's language.")
    translation: Translation | None = None


class Edition(Kept):
    """A report as it left the desk: people appear in it by their codes alone."""

    number: int
    topics: tuple[str, ...]
    clips: tuple[Clip, ...]
    not_read: tuple[str, ...]
    drafted_by: str
    approved_by: str
    published_at: datetime
    notice: str | None = Field(None, description="What this edition corrects, and why.")


class Report(Kept):
    """One desk's report on one week."""

    report_id: str
    country: str
    week: str
    language: str = "en"
    version: int = 0
    state: ReportState = ReportState.DRAFT
    topics: tuple[str, ...] = ()
    clips: tuple[Clip, ...] = ()
    not_read: tuple[str, ...] = ()
    submitted_by: str | None = None
    submitted_at: datetime | None = None
    returned: str | None = Field(None, description="Why the approver gave it back.")
    correcting: str | None = Field(None, description="The notice of the edition being made.")
    editions: tuple[Edition, ...] = ()

    @property
    def days(self) -> Week:
        """Return the week that it is about."""
        return Week(self.week)

    @property
    def published(self) -> Edition | None:
        """Return what readers see: the last edition."""
        return self.editions[-1] if self.editions else None

    @property
    def notices(self) -> tuple[Edition, ...]:
        """Return the editions that correct an earlier one, newest first."""
        return tuple(one for one in reversed(self.editions) if one.notice)

    def clip(self, clip_id: str) -> Clip | None:
        """Return one clip, or None."""
        return next((one for one in self.clips if one.clip_id == clip_id), None)


def report_id(country: str, week: Week) -> str:
    """Return the id of a desk's report on a week."""
    return f"{country}-{week.name}"


def needs_translation(clip: Clip, language: str) -> bool:
    """Tell whether *clip* is in another language than the report; an unknown one is another."""
    return clip.language.split("-")[0].lower() != language.split("-", maxsplit=1)[0].lower()
