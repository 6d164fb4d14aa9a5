"""Checks the raw bytes behind an item: that they are there, unchanged, and the ones named."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from datetime import datetime
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from shared.captures import CapturedPage, CaptureError, CaptureStore
from shared.events import Capture

# Reading unpacks a page; a few at a time leave the portal its hands free.
_READING = asyncio.Semaphore(2)


class Checked(BaseModel):
    """One capture, read anew from the archive."""

    model_config = ConfigDict(frozen=True)

    capture_id: str
    outcome: Literal["intact", "differs", "unreadable"] = Field(
        description="`differs`: other bytes than the event names; `unreadable`: missing or damaged."
    )
    named_sha256: str
    found_sha256: str | None
    size_bytes: int | None
    captured_at: datetime | None = Field(description="As the archive itself says.")
    url: str | None


class Evidence(BaseModel):
    """The captures of an item."""

    model_config = ConfigDict(frozen=True)

    item_id: str
    checked_at: datetime
    captures: tuple[Checked, ...]

    @property
    def intact(self) -> bool:
        """Tell whether there is evidence and all of it is as it was named."""
        return bool(self.captures) and all(one.outcome == "intact" for one in self.captures)


async def verify(store: CaptureStore, captures: Iterable[Capture]) -> tuple[Checked, ...]:
    """Read every capture and compare its bytes with the hash in the item's event."""
    return tuple([await _check(store, one) for one in captures])


async def read_capture(store: CaptureStore, capture_id: str) -> CapturedPage:
    """Return the raw bytes of a capture; CaptureError where they cannot be read."""
    async with _READING:
        return await asyncio.to_thread(store.read, capture_id)


async def _check(store: CaptureStore, capture: Capture) -> Checked:
    try:
        page = await read_capture(store, capture.capture_id)
    except CaptureError:
        page = None
    same = page is not None and page.sha256 == capture.raw_sha256
    return Checked(
        capture_id=capture.capture_id,
        outcome="unreadable" if page is None else "intact" if same else "differs",
        named_sha256=capture.raw_sha256,
        found_sha256=page.sha256 if page else None,
        size_bytes=len(page.raw) if page else None,
        captured_at=page.fetched_at if page else None,
        url=page.url if page else None,
    )
