"""An item that cannot be mistaken for news: its outlet, its text and a word of its own say so."""

from __future__ import annotations

import secrets
from datetime import UTC, datetime

from shared.events import (
    Capture,
    Collection,
    EventAtSource,
    Extraction,
    Heard,
    ItemRemoved,
    MediaItemIngested,
    Medium,
    Outlet,
    OutletBase,
    OwnerKind,
    RemovalScope,
    Source,
    SourceKind,
)
from shared.ids import item_id, text_sha256

NAME = "tocsin-selfcheck"
COUNTRY = "XA"  # of the range that ISO 3166 leaves to users: no desk watches it
TITLE = "Self-check of this installation"


def new_word() -> str:
    """Return a word that no text has had before."""
    return f"selfcheck{secrets.token_hex(8)}"


def compose_item(word: str) -> MediaItemIngested:
    """Return the item; it is backfill, of which no signal ever comes."""
    now = datetime.now(UTC)
    url = f"https://{NAME}.invalid/{word}"
    text = f"{TITLE}. An operator has asked whether items pass. The word to be found is {word}."
    return MediaItemIngested(
        item_id=item_id(url),
        revision=1,
        outlet=Outlet(
            outlet_id=NAME,
            name="Tocsin's self-check",
            country=COUNTRY,
            owner_id=NAME,
            owner_kind=OwnerKind.PRIVATE,
            base=OutletBase.DOMESTIC,
            facts_source="composed by tocsin selfcheck",
            medium=Medium.ONLINE,
            languages=("en",),
        ),
        source=Source(source_id=f"{NAME}-feed", kind=SourceKind.FEED),
        url=url,
        captures=(
            Capture(
                capture_id=f"{NAME}.{word}",
                raw_sha256=text_sha256(text),
                media_type="text/plain",
                size_bytes=len(text.encode()),
                fetched_at=now,
            ),
        ),
        title=TITLE,
        text=text,
        text_sha256=text_sha256(text),
        published_at=now,
        event_at=now,
        event_at_source=EventAtSource.FEED,
        fetched_at=now,
        collection=Collection.BACKFILL,
        heard=Heard.READ,
        extraction=Extraction(tool=NAME, version="1", method="composed"),
    )


def compose_removal(item: MediaItemIngested) -> ItemRemoved:
    """Return what takes the item out of every store again."""
    return ItemRemoved(
        item_id=item.item_id,
        scope=RemovalScope.ALL,
        reason_code="selfcheck",
        actor_id=NAME,
        recorded_at=datetime.now(UTC),
    )
