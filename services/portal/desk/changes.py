"""The changes that people ask for, as the API and the forms send them."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints, TypeAdapter

from services.portal.accounts.model import Principal
from services.portal.desk import editing
from services.portal.desk.model import Report

Line = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=300)]
Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=4000)]
Id = Annotated[str, StringConstraints(max_length=200)]


def _none(value: Any) -> Any:
    return None if value == "" else value


def _lines(value: Any) -> Any:
    """Read a form's text area as its lines."""
    if not isinstance(value, str):
        return value
    return [line.strip() for line in value.splitlines() if line.strip()]


class Asked(BaseModel):
    """One change; nothing else may be sent along."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class AddTopic(Asked):
    """Add a numbered topic."""

    change: Literal["add_topic"]
    title: Line

    def apply(self, report: Report, _person: Principal, _now: datetime) -> Report:
        """Return the report with this change."""
        return editing.add_topic(report, self.title)


class RemoveTopic(Asked):
    """Take an empty topic away."""

    change: Literal["remove_topic"]
    number: Annotated[int, Field(ge=1, le=100)]

    def apply(self, report: Report, _person: Principal, _now: datetime) -> Report:
        """Return the report with this change."""
        return editing.remove_topic(report, self.number)


class RemoveClip(Asked):
    """Take a clip out."""

    change: Literal["remove_clip"]
    clip_id: Id

    def apply(self, report: Report, _person: Principal, _now: datetime) -> Report:
        """Return the report with this change."""
        return editing.remove_clip(report, self.clip_id)


class EditClip(Asked):
    """Put a clip under a topic, with a few lines."""

    change: Literal["edit_clip"]
    clip_id: Id
    topic: Annotated[int | None, Field(ge=1, le=100), BeforeValidator(_none)] = None
    note: Annotated[str, StringConstraints(strip_whitespace=True, max_length=2000)] = ""

    def apply(self, report: Report, _person: Principal, _now: datetime) -> Report:
        """Return the report with this change."""
        return editing.edit_clip(report, self.clip_id, self.topic, self.note)


class Translate(Asked):
    """Give one's own translation of headline and passage."""

    change: Literal["translate"]
    clip_id: Id
    headline: Line
    passage: Text

    def apply(self, report: Report, person: Principal, now: datetime) -> Report:
        """Return the report with this change."""
        return editing.translate(report, self.clip_id, (self.headline, self.passage), person, now)


class CheckTranslation(Asked):
    """Confirm, as second reader, the translation that one has compared."""

    change: Literal["check_translation"]
    clip_id: Id
    headline: Line
    passage: Text

    def apply(self, report: Report, person: Principal, now: datetime) -> Report:
        """Return the report with this change."""
        return editing.check_translation(
            report, self.clip_id, (self.headline, self.passage), person, now
        )


class StateUnread(Asked):
    """Fill the box of what was not read or heard."""

    change: Literal["state_unread"]
    lines: Annotated[tuple[Line, ...], BeforeValidator(_lines), Field(max_length=100)]

    def apply(self, report: Report, _person: Principal, _now: datetime) -> Report:
        """Return the report with this change."""
        return editing.state_unread(report, self.lines)


class Submit(Asked):
    """Hand the report to an approver."""

    change: Literal["submit"]

    def apply(self, report: Report, person: Principal, now: datetime) -> Report:
        """Return the report with this change."""
        return editing.submit(report, person, now)


class GiveBack(Asked):
    """Return it to its desk, saying why."""

    change: Literal["give_back"]
    why: Text

    def apply(self, report: Report, _person: Principal, _now: datetime) -> Report:
        """Return the report with this change."""
        return editing.give_back(report, self.why)


class Approve(Asked):
    """Publish what was submitted; the version is the one that was read."""

    change: Literal["approve"]
    version: Annotated[int, Field(ge=1)]


class Correct(Asked):
    """Open a published report for a correction, with the notice that readers will see."""

    change: Literal["correct"]
    notice: Text

    def apply(self, report: Report, _person: Principal, _now: datetime) -> Report:
        """Return the report with this change."""
        return editing.begin_correction(report, self.notice)


Plain = (
    AddTopic
    | RemoveTopic
    | RemoveClip
    | EditClip
    | Translate
    | CheckTranslation
    | StateUnread
    | Submit
    | GiveBack
    | Correct
)
Change = Annotated[Plain | Approve, Field(discriminator="change")]
CHANGE: TypeAdapter[Change] = TypeAdapter(Change)


class ClipRequest(Asked):
    """A passage to take over: a match by its id, or words as they stand in the text."""

    item_id: Id
    match_id: Annotated[Id | None, BeforeValidator(_none)] = None
    quote: Annotated[
        Annotated[str, StringConstraints(max_length=2000)] | None, BeforeValidator(_none)
    ] = None
