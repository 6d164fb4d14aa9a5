"""A sentence of a set made an item, and read as any other item is."""

from __future__ import annotations

from datetime import UTC, datetime
from hashlib import sha256

from services.analysis.analyse import Reader, analyse
from shared.events import (
    Collection,
    EventAtSource,
    Extraction,
    Heard,
    MediaItemAnalysed,
    MediaItemIngested,
    Medium,
    Outlet,
    OutletBase,
    OwnerKind,
    Source,
    SourceKind,
)
from shared.ids import text_sha256

NOW = datetime(2026, 1, 1, tzinfo=UTC)


def read_sentence(text: str, language: str, reader: Reader) -> MediaItemAnalysed:
    """Return what is found in *text*, printed by an outlet of the reader's country."""
    return analyse(make_sentence(text, language, reader.desk.country), reader, NOW)


def make_sentence(
    text: str, language: str, country: str, title: str | None = None
) -> MediaItemIngested:
    """Return an item of *text* alone, whose outlet speaks *language*."""
    outlet = Outlet(
        outlet_id="evaluation",
        name="Evaluation",
        country=country,
        owner_kind=OwnerKind.UNKNOWN,
        base=OutletBase.UNKNOWN,
        medium=Medium.UNKNOWN,
        languages=(language,),
    )
    return MediaItemIngested(
        item_id=sha256(text.encode()).hexdigest()[:32],
        revision=1,
        outlet=outlet,
        source=Source(source_id="evaluation", kind=SourceKind.MANUAL),
        title=title,
        text=text,
        text_sha256=text_sha256(text),
        event_at=NOW,
        event_at_source=EventAtSource.MANUAL,
        fetched_at=NOW,
        collection=Collection.SUBMITTED,
        heard=Heard.READ,
        extraction=Extraction(tool="none", version="0", method="none"),
    )
