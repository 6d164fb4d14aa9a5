"""A published report keeps its form when an item is removed; the item's words go."""

from __future__ import annotations

from collections.abc import Collection

from services.portal.desk.model import Clip, Edition

REMOVED = "Removed on request."


def redacted(edition: Edition, gone: Collection[str]) -> Edition:
    """Return the edition without the words of the items in *gone*."""
    clips = tuple(_without(clip) if clip.item_id in gone else clip for clip in edition.clips)
    return edition.model_copy(update={"clips": clips})


def _without(clip: Clip) -> Clip:
    erased = {"headline": REMOVED, "passage": "", "note": "", "url": None, "translation": None}
    return clip.model_copy(update=erased)
