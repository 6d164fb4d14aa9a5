"""Faults of time: services whose clock is an hour off, articles with impossible dates or none."""

from collections.abc import Mapping
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from deploy.demo.plan import Article
from deploy.demo.press import PRESS
from deploy.demo.records import read_topic
from deploy.faults.newsroom import Newsroom, ids_of
from deploy.faults.stage import Act, FaultError, Stage
from shared.events import EventAtSource, MediaItemIngested, SignalRevised, decode
from shared.topics import MEDIA_ITEMS

SOON = 60
AHEAD, BEHIND = 3600.0, -3600.0
IMPOSSIBLE = (datetime(1970, 1, 1, tzinfo=UTC), datetime(2099, 12, 31, tzinfo=UTC))


def wrong_clock(seconds: float) -> dict[str, str]:
    """Return the variables under which a service sees another time of day."""
    folder = Path(__file__).parent / "clock"
    return {"PYTHONPATH": str(folder), "FAULT_CLOCK_SECONDS": str(seconds)}


async def clocks_off(stage: Stage, offsets: Mapping[str, float]) -> None:
    """Put clocks wrong in the middle of the run, and that of ingest right again.

    Outlets put out more at every step: it must arrive within minutes, whichever way a clock went,
    and every item keeps the date that its outlet gave it.
    """
    newsroom = Newsroom()
    await stage.indexed(SOON)
    for name, offset in offsets.items():
        _start_anew(stage, name, wrong_clock(offset))
    await _put_out(stage, newsroom, "what came out under wrong clocks")
    await stage.through()
    _start_anew(stage, "ingest", {})
    await _put_out(stage, newsroom, "what came out once the clock of ingest was right")
    for item in await _items(stage):
        if item.date_disputed or item.event_at != item.published_at:
            raise FaultError(f"{item.url} of {item.published_at} was counted at {item.event_at}")


def _start_anew(stage: Stage, name: str, extra: Mapping[str, str]) -> None:
    stage.demonstration.stack.child(name).stop()
    stage.restart(name, extra)


async def _put_out(stage: Stage, newsroom: Newsroom, what: str) -> None:
    articles = [newsroom.write(outlet) for outlet in PRESS]
    await stage.meter.put_out(articles)
    await stage.searchable(ids_of(stage, articles), what)


async def impossible_dates(stage: Stage) -> None:
    """Put out articles dated 1970, 2099 and not at all: no signal says anything else than before.

    They count when they arrived, and those with a date are marked as disputed.
    """
    await stage.through()
    before = _said((await stage.findings()).latest)
    newsroom = Newsroom()
    odd = [newsroom.write(outlet, date) for outlet in PRESS for date in IMPOSSIBLE]
    odd += [newsroom.write(outlet, dated=False) for outlet in PRESS]
    await stage.meter.put_out(odd)
    expected = ids_of(stage, odd)
    await stage.searchable(expected, "the articles with impossible dates")
    await stage.through()
    for item in await _items(stage):
        if item.item_id in expected:
            _check_arrival(item, expected[item.item_id])
    stage.figures["odd dates"] = len(odd)
    after = _said((await stage.findings()).latest)
    if after != before:
        changed = sorted(one for one in before | after if before.get(one) != after.get(one))
        raise FaultError(f"signals say something else: {', '.join(changed)}")


def _check_arrival(item: MediaItemIngested, article: Article) -> None:
    by_arrival = item.event_at_source == EventAtSource.ARRIVAL and item.event_at == item.fetched_at
    if not by_arrival or item.date_disputed != article.dated:
        what = f"{article.published_at}" if article.dated else "without a date"
        raise FaultError(f"{item.url}, {what}, was counted at {item.event_at}")


async def _items(stage: Stage) -> list[MediaItemIngested]:
    """Read every item on its topic."""
    lying = await read_topic(stage.settings, MEDIA_ITEMS)
    return [decode(MediaItemIngested, record.value) for record in lying]


def _said(signals: Mapping[str, SignalRevised]) -> dict[str, object]:
    """Tell what signals are about and rest on, without when they were revised.

    What is expected today may rise with what was read today; the days that it is compared with
    may not: an item dated 1970 that counted there would show in `exposure`.
    """
    return {
        signal_id: (
            signal.status,
            signal.severity,
            signal.situation,
            signal.baseline.observed,
            signal.baseline.exposure,
            signal.baseline.excluded_days,
            frozenset(one.item_id for one in signal.evidence),
        )
        for signal_id, signal in signals.items()
    }


SCENARIOS: dict[str, Act] = {
    "clock-of-ingest-an-hour-ahead": partial(
        clocks_off, offsets={"ingest": AHEAD, "analysis": BEHIND, "alerts": BEHIND}
    ),
    "clock-of-ingest-an-hour-behind": partial(
        clocks_off, offsets={"ingest": BEHIND, "indexer": BEHIND, "alerts": AHEAD}
    ),
    "impossible-dates": impossible_dates,
}
