"""The stored record of a signal: its last published revision, and what is still to be sent.

`version` counts writes and is what a writer compares; `revision` counts what the world saw.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from services.alerts.series import series_key
from services.alerts.standing import Mark
from shared.events import AlertReleased, Evidence, SignalRevised, SignalState
from shared.ids import signal_id


@dataclass(frozen=True, slots=True)
class Question:
    """What one signal is about: a rule's question about a group in a country on a UTC day."""

    rule_id: str
    country: str
    group: str | None
    day: date

    @property
    def signal_id(self) -> str:
        """The id that the signal has whoever computes it."""
        return signal_id(self.rule_id, self.country, self.group, None, self.day)

    @property
    def series(self) -> str:
        """The set that holds the window's matches."""
        return series_key(self.country, self.group, self.day)


def line_name(line: Evidence) -> str:
    """Return what tells a line of evidence from others; another wording has other matches."""
    return f"{line.item_id}|{line.match_id}"


@dataclass(frozen=True, slots=True)
class Letter:
    """An event that has been decided and not yet been confirmed by the broker.

    `tell` says whether people are told of it, beyond finding it on its topic.
    """

    event: SignalState
    recorded_at: datetime
    tell: bool = False


@dataclass(frozen=True, slots=True)
class Record:
    """A signal as it is kept.

    `items` are all items that counted at the last revision, `restricted` those of them that must
    not leave, `alert` is the last revision that left, `reduced_at` when evidence last went.
    `shown` says of each line of the evidence (`line_name`) since which revision it is shown.
    """

    question: Question
    version: int
    signal: SignalRevised
    marks: tuple[Mark, ...]
    items: frozenset[str]
    restricted: frozenset[str]
    shown: Mapping[str, int]
    alert: AlertReleased | None = None
    reduced_at: datetime | None = None
    outbox: tuple[Letter, ...] = ()
