"""Faults of load: ten times as much from everybody, and one outlet that floods all others.

How long an article takes is measured from its publication until a search finds it.
"""

import asyncio
import time
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from statistics import quantiles

from deploy.demo.plan import Article
from deploy.demo.press import PRESS, Outlet
from deploy.faults.newsroom import Newsroom, ids_of
from deploy.faults.stage import Act, FaultError, Stage
from shared.errors import TransientError

CALM_PER_SECOND = 2.0
CALM_SECONDS = 30.0
TIMES = 10
LOUD_SECONDS = 60.0
STEP_SECONDS = 0.5
LOOK_SECONDS = 1.0
FLOODING, *OTHERS = PRESS
# While one floods, others wait at most twice as long as before, or, where the machine has more to
# do than it can, half as long as the one that floods.
MOST_LONGER = 2.0
MOST_OF_FLOODING = 0.5
DRAIN_SECONDS = 180.0

Rates = Mapping[Outlet, float]


async def surge(stage: Stage) -> None:
    """Ten times as many articles for a minute: all arrive, and the lag returns to nothing."""
    newsroom = Newsroom()
    await stage.through()
    async with _looking(stage):
        calm = await _publish(stage, newsroom, _evenly(PRESS, CALM_PER_SECOND), CALM_SECONDS)
        everybody = _evenly(PRESS, TIMES * CALM_PER_SECOND)
        loud = await _publish(stage, newsroom, everybody, LOUD_SECONDS)
        await _drain(stage)
    _tell(stage, "calm", _waits(stage, calm))
    _tell(stage, "surge", _waits(stage, loud))


async def flood(stage: Stage) -> None:
    """One outlet puts out nine articles of ten for a minute: the others are served meanwhile."""
    newsroom = Newsroom()
    await stage.through()
    others = _evenly(OTHERS, CALM_PER_SECOND)
    async with _looking(stage):
        calm = await _publish(stage, newsroom, others, CALM_SECONDS)
        rates = {**others, FLOODING: (TIMES - 1) * CALM_PER_SECOND}
        loud = await _publish(stage, newsroom, rates, LOUD_SECONDS)
        await _drain(stage)
    before = _waits(stage, calm)
    during = _waits(stage, [one for one in loud if one.outlet != FLOODING])
    flooding = _waits(stage, [one for one in loud if one.outlet == FLOODING])
    _tell(stage, "others before", before)
    _tell(stage, "others during", during)
    _tell(stage, "flooding", flooding)
    most = max(MOST_LONGER * _median(before), MOST_OF_FLOODING * _median(flooding))
    if _median(during) > most:
        raise FaultError(f"others waited {_median(during):.1f} s, more than {most:.1f} s")


def _evenly(outlets: Sequence[Outlet], per_second: float) -> dict[Outlet, float]:
    return dict.fromkeys(outlets, per_second / len(outlets))


async def _publish(stage: Stage, newsroom: Newsroom, rates: Rates, seconds: float) -> list[Article]:
    """Put out articles at steady rates for a while; return them."""
    began, published, owed = time.monotonic(), [], dict.fromkeys(rates, 0)
    while (elapsed := time.monotonic() - began) < seconds:
        new = []
        for outlet, rate in rates.items():
            due = int(elapsed * rate) - owed[outlet]
            owed[outlet] += due
            new += [newsroom.write(outlet) for _ in range(due)]
        await stage.meter.put_out(new)
        published += new
        await asyncio.sleep(STEP_SECONDS)
    return published


async def _drain(stage: Stage) -> None:
    """Wait until the lag is nothing; FaultError where that takes too long."""
    began = time.monotonic()
    reading = await stage.until(lambda reading: reading.through, "the lag to return to nothing")
    took = time.monotonic() - began
    stage.figures["lag gone after s"] = round(took, 1)
    stage.figures["articles"] = reading.articles
    if took > DRAIN_SECONDS:
        raise FaultError(f"the lag took {took:.0f} s to return to nothing")


@asynccontextmanager
async def _looking(stage: Stage) -> AsyncIterator[None]:
    """Look every second which items a search finds."""

    async def look() -> None:
        while True:
            with suppress(TransientError):  # the next look tells
                await stage.meter.read()
            await asyncio.sleep(LOOK_SECONDS)

    looking = asyncio.create_task(look())
    try:
        yield
    finally:
        looking.cancel()


def _waits(stage: Stage, articles: Sequence[Article]) -> list[float]:
    """Give the seconds that each article took; FaultError for one that never came."""
    seen = stage.meter.searchable_at
    by_id = ids_of(stage, articles)
    missing = by_id.keys() - seen.keys()
    if missing:
        raise FaultError(f"{len(missing)} articles were never found by a search")
    return [seen[one] - article.published_at.timestamp() for one, article in by_id.items()]


def _tell(stage: Stage, whose: str, waits: Sequence[float]) -> None:
    twentieths = quantiles(waits, n=20)
    stage.figures[f"{whose}: number"] = len(waits)
    stage.figures[f"{whose}: median s"] = round(_median(waits), 1)
    stage.figures[f"{whose}: p95 s"] = round(twentieths[-1], 1)


def _median(waits: Sequence[float]) -> float:
    return quantiles(waits, n=2)[0]


SCENARIOS: dict[str, Act] = {"tenfold-surge": surge, "one-outlet-floods": flood}
