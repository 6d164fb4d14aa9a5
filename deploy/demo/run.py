"""One watched run: wait until the input is through, release a signal, compare, sum up."""

import asyncio
import statistics
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from deploy.demo.findings import Findings, find_faults, read_findings
from deploy.demo.meter import Meter, Reading
from deploy.demo.records import read_topic
from deploy.demo.release import (
    Person,
    choose_password,
    create_people,
    list_signals,
    release_one,
    signed_in,
)
from deploy.demo.verify import Stops, Verdict, compare, read_stops
from shared.errors import TransientError
from shared.ids import item_id
from shared.settings import Settings
from shared.topics import MEDIA_ITEMS

PAUSE_SECONDS = 1.0
# A run in which nothing moved for so long will not end by itself: what is missing is then lost.
STALLED_SECONDS = 180.0
SIGNAL_SECONDS = 90.0
KINDS = frozenset({"at_once", "threshold"})

Show = Callable[[Reading], None]


class Installation(Protocol):
    """What a run asks of the installation that it watches, however that was started."""

    @property
    def settings(self) -> Settings:
        """Return the settings of someone who may see everything."""

    @property
    def portal(self) -> str:
        """Return the portal's address."""

    @property
    def control(self) -> str:
        """Return the address of the recorded outlets' control port."""

    def await_services(self) -> None:
        """Return when every service is ready."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """Everything that the run showed; `seconds` from the first page to the last searchable."""

    served: list[dict[str, Any]]
    stops: Stops
    verdict: Verdict
    findings: Findings
    faults: list[str]
    seconds: float
    searchable_seconds: list[float]

    @property
    def passed(self) -> bool:
        """Whether nothing was lost and every promise about signals was kept."""
        return self.verdict.passed and not self.faults

    @property
    def figures(self) -> dict[str, Any]:
        """The figures of this run, as `demo.json` has them."""
        dead = self.stops.dead_letters.values()
        waits = sorted(self.searchable_seconds)
        return {
            "served": len(self.served),
            "published": len(self.stops.published),
            "stored": len(self.stops.stored),
            "indexed": len(self.stops.indexed),
            "duplicates": len(self.verdict.unexpected["indexed"]),
            "published_again": self.stops.republished,
            "dead_letters": sum(len(ids) for ids in dead),
            "not_ingestable": len(self.verdict.excused),
            "lost": self.verdict.lost,
            "languages": sorted({row["language"] for row in self.served}),
            "signals": len(self.findings.latest),
            "alerts": len(self.findings.released),
            "seconds": round(self.seconds, 1),
            "items_per_second": round(len(self.stops.indexed) / self.seconds, 2),
            **_percentiles(waits),
        }


async def watch(meter: Meter, show: Show) -> None:
    """Wait until the input is through, or until nothing moves."""
    moved = time.monotonic()
    before: Reading | None = None
    while time.monotonic() - moved < STALLED_SECONDS:
        try:
            now = await meter.read()
        except TransientError:  # an engine was killed, or a group has no coordinator yet
            await asyncio.sleep(PAUSE_SECONDS)
            continue
        show(now)
        if now != before:
            moved, before = time.monotonic(), now
        elif now.through:
            return
        await asyncio.sleep(PAUSE_SECONDS)


async def await_signals(portal: str, person: Person) -> list[dict[str, Any]]:
    """Wait until both rules have raised a signal that the portal lists."""
    deadline = time.monotonic() + SIGNAL_SECONDS
    async with signed_in(portal, person) as http:
        while True:
            signals = await list_signals(http)
            found = {signal["rule_kind"] for signal in signals}
            if found >= KINDS or time.monotonic() > deadline:
                return signals
            await asyncio.sleep(PAUSE_SECONDS)


async def run(
    demonstration: Installation, show: Show
) -> tuple[Outcome, list[Person], dict[str, Any] | None]:
    """Run the whole demonstration on an installation whose services are starting."""
    people = await create_people(demonstration.settings)
    async with Meter(demonstration.settings, demonstration.control) as meter:
        watching = asyncio.create_task(watch(meter, show))
        await asyncio.to_thread(demonstration.await_services)
        await watching
        alert = None
        people = [await choose_password(demonstration.portal, person) for person in people]
        if await await_signals(demonstration.portal, people[0]):
            alert = await release_one(demonstration.portal, people)
        return await examine(demonstration.settings, meter), people, alert


async def examine(settings: Settings, meter: Meter) -> Outcome:
    """Compare all stops and look at all signals as they are now."""
    served = await meter.ask("served")
    counts = await meter.ask("counts")
    stops = await read_stops(settings)
    findings = await read_findings(settings)
    episode = {item_id(row["url"]) for row in served if row["episode"]}
    last = max(meter.searchable_at.values(), default=time.time())
    return Outcome(
        served=served,
        stops=stops,
        verdict=compare((row["url"] for row in served), stops),
        findings=findings,
        faults=find_faults(findings, episode),
        seconds=last - counts["first_served_at"],
        searchable_seconds=await _searchable(settings, meter.searchable_at),
    )


async def _searchable(settings: Settings, seen_at: Mapping[str, float]) -> list[float]:
    """Give the seconds from each item's first publication until a search could find it."""
    first: dict[str, float] = {}
    for record in await read_topic(settings, MEDIA_ITEMS):
        written = record.written_ms / 1000
        first[record.key] = min(written, first.get(record.key, written))
    return [seen_at[one] - at for one, at in first.items() if one in seen_at]


def _percentiles(waits: list[float]) -> dict[str, float]:
    if len(waits) < 2:  # noqa: PLR2004 - fewer have no percentiles
        return {}
    hundredths = statistics.quantiles(waits, n=100)
    return {
        "searchable_seconds_p50": round(hundredths[49], 2),
        "searchable_seconds_p95": round(hundredths[94], 2),
    }
