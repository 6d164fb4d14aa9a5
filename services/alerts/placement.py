"""Where one analysis of an item counts, ready for the store. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time

from services.alerts.details import Detail, detail_of
from services.alerts.series import (
    FIRST_DAY,
    Reader,
    Sighting,
    counted_at,
    exposure_key,
    hour_key,
    reader_of,
    reckoned,
    sightings_of,
    was_read,
)
from shared.errors import PermanentError
from shared.events import MediaItemAnalysed

# Ids of items name fields of documents. They are hexadecimal by contract; a dot or a dollar sign
# in one would write elsewhere.
_ITEM_ID = re.compile(r"[0-9a-f]{32}")


@dataclass(frozen=True, slots=True)
class Placement:
    """Where one analysis of an item counts."""

    item_id: str
    sequence: int
    hour: str
    cluster_id: str
    readable: bool
    country: str
    day: date
    reader: Reader
    series: dict[str, Sighting]
    detail: Detail | None

    @property
    def exposure_day(self) -> str:
        """The set of outlets in which its outlet was read."""
        return exposure_key(self.country, self.day)

    @property
    def exposure(self) -> str:
        """The outlet's day, as one text."""
        return f"{self.exposure_day}|{self.reader.outlet_id}"


def placement_of(analysis: MediaItemAnalysed) -> Placement:
    """Return where the item counts; PermanentError for an id that no item of ours can have.

    An item of a disputed day is known, and leaves the days where it was; it counts nowhere.
    """
    item, at = analysis.item, counted_at(analysis.item)
    if not _ITEM_ID.fullmatch(item.item_id):
        raise PermanentError("item_id is not 32 hexadecimal digits")
    counts = reckoned(at.date())
    if not counts:
        at = datetime.combine(FIRST_DAY, time(), UTC)  # kept by name alone, with nothing in it
    return Placement(
        item_id=item.item_id,
        sequence=analysis.analysis_sequence,
        hour=hour_key(item.outlet.outlet_id, at),
        cluster_id=analysis.copy.content_cluster_id,
        readable=was_read(analysis) and counts,
        country=item.outlet.country,
        day=at.date(),
        reader=reader_of(analysis),
        series=sightings_of(analysis) if counts else {},
        detail=detail_of(analysis) if counts else None,
    )
