"""Outlets, items and what happens to them."""

from typing import Any

from shared.events import (
    Capture,
    Collection,
    EventAtSource,
    Extraction,
    Health,
    Heard,
    ItemRemoved,
    ItemSubmitted,
    MediaItemIngested,
    MediaOutletHealthChanged,
    Medium,
    Outlet,
    OutletBase,
    OutletState,
    OutletStatus,
    OwnerKind,
    RemovalScope,
    Segment,
    Source,
    SourceKind,
)
from shared.ids import item_id, text_sha256
from tests.factories.building import COUNTRY, at, built

TITLE = "Harvest market reopens in Tellun"
TEXT = (
    "Traders returned to the market of Tellun on Monday. "
    "A speaker on the square said that the Kelvari must be driven out before the rains. "
    "The district office did not answer questions."
)


def make_outlet(number: int = 1, **overrides: Any) -> Outlet:
    return built(Outlet, _outlet(number), overrides)


def make_outlet_state(number: int = 1, **overrides: Any) -> OutletState:
    state = {
        "status": OutletStatus.ACTIVE,
        "sources": [make_source(number)],
    }
    return built(OutletState, _outlet(number) | state, overrides)


def make_source(number: int = 1, **overrides: Any) -> Source:
    defaults = {"source_id": f"xa-courier-{number}-feed", "kind": SourceKind.FEED}
    return built(Source, defaults, overrides)


def make_capture(number: int = 1, **overrides: Any) -> Capture:
    defaults = {
        "capture_id": f"20260302.w0.{number * 4096}",
        "raw_sha256": text_sha256(f"raw bytes {number}"),
        "media_type": "text/html",
        "size_bytes": 48_000 + number,
        "fetched_at": at(number + 5),
    }
    return built(Capture, defaults, overrides)


def make_segment(number: int = 1, **overrides: Any) -> Segment:
    defaults = {
        "segment_id": f"segment-{number}",
        "start": (number - 1) * 50,
        "end": number * 50,
        "start_seconds": (number - 1) * 4.5,
        "end_seconds": number * 4.5,
    }
    return built(Segment, defaults, overrides)


def make_item(number: int = 1, **overrides: Any) -> MediaItemIngested:
    """Build an article of outlet `number`; id and text hash follow from `url` and `text`.

    With `outlet=make_outlet(1)` several items come from one outlet.
    """
    url = overrides.get("url", f"https://courier-{number}.example/news/{number}")
    text = overrides.get("text", f"{TEXT} Report {number}.")
    defaults = {
        "item_id": item_id(url or f"https://courier.example/without-url/{number}"),
        "revision": 1,
        "outlet": make_outlet(number),
        "source": make_source(number),
        "url": url,
        "captures": [make_capture(number)],
        "title": TITLE,
        "text": text,
        "text_sha256": text_sha256(text),
        "published_at": at(number),
        "event_at": at(number),
        "event_at_source": EventAtSource.FEED,
        "fetched_at": at(number + 5),
        "collection": Collection.LIVE,
        "heard": Heard.READ,
        "extraction": Extraction(tool="trafilatura", version="2.3.1", method="fast"),
    }
    return built(MediaItemIngested, defaults, overrides)


def make_health(number: int = 1, **overrides: Any) -> MediaOutletHealthChanged:
    """Build a statement on outlet `number`; a later one has a later `period_to_at`."""
    defaults = {
        "outlet": make_outlet_state(number),
        "health": Health.HEALTHY,
        "since_at": at(0),
        "expected_items": 24.0,
        "observed_items": 22,
        "period_from_at": at(-24 * 60),
        "period_to_at": at(0),
        "last_success_at": at(-3),
        "reason": "as many items as on other days",
    }
    return built(MediaOutletHealthChanged, defaults, overrides)


def make_submission(number: int = 1, **overrides: Any) -> ItemSubmitted:
    defaults = {
        "submission_id": f"submission-{number}",
        "outlet_id": f"xa-courier-{number}",
        "title": TITLE,
        "text": f"{TEXT} Report {number}.",
        "language_hint": "en",
        "published_at": at(number),
        "actor_id": "account-1",
    }
    return built(ItemSubmitted, defaults, overrides)


def make_removal(number: int = 1, **overrides: Any) -> ItemRemoved:
    """Build the removal of the item that `make_item(number)` makes."""
    defaults = {
        "item_id": make_item(number).item_id,
        "scope": RemovalScope.ALL,
        "reason_code": "privacy",
        "actor_id": "account-1",
        "recorded_at": at(number + 600),
    }
    return built(ItemRemoved, defaults, overrides)


def _outlet(number: int) -> dict[str, Any]:
    return {
        "outlet_id": f"xa-courier-{number}",
        "name": f"Arvane Courier {number}",
        "country": COUNTRY,
        "owner_id": f"xa-owner-{number}",
        "owner_kind": OwnerKind.PRIVATE,
        "base": OutletBase.DOMESTIC,
        "facts_source": "invented",
        "medium": Medium.ONLINE,
        "languages": ["en"],
    }
