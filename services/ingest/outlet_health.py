"""How an outlet's output compares with its own weekday pattern.

The last hours are compared with the same hours of the week in the weeks before, so that
neither nights nor days of rest look like silence. With few items a day the window grows
until an empty one would be a surprise. Without two such weeks nothing is judged.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from math import exp, log
from statistics import median

from shared.events import Health

WINDOWS = tuple(timedelta(hours=hours) for hours in (24, 48, 72, 168))
WEEK = timedelta(days=7)
WEEKS = 5
LEAST_WEEKS = 2
# Of a Poisson count. With a look every five minutes and a hundred outlets a weaker bound
# would report chance every day.
SURPRISE = 0.001
# Beside chance the difference must be one that a reader would call one; on the way back
# the bound is nearer to the usual, or an outlet at the border would change at every look.
LESS, LESS_STILL = 0.5, 0.7
MORE, MORE_STILL = 2.0, 1.5


@dataclass(frozen=True, slots=True)
class Output:
    """The hours at which an outlet's items happened, and the days that teach nothing.

    `missed` are those of them on which we did not read it ourselves.
    """

    hours: Sequence[datetime]
    unusable: Collection[date] = ()
    missed: Collection[date] = ()

    def between(self, begin: datetime, end: datetime) -> int:
        """Return how many items happened from *begin* until before *end*."""
        return sum(begin <= hour < end for hour in self.hours)

    @property
    def known_from(self) -> datetime | None:
        """Return since when the output is known: from the first item on."""
        return min(self.hours, default=None)


@dataclass(frozen=True, slots=True)
class Polling:
    """How the polls of an outlet's sources went, counted over the sources."""

    sources: int
    failing: int
    last_success_at: datetime | None
    last_error: str = ""


@dataclass(frozen=True, slots=True)
class Assessment:
    """A verdict with the figures that it rests on; `reason` is one sentence for a person."""

    health: Health
    reason: str
    expected: float = 0.0
    observed: int = 0
    period_from_at: datetime | None = None


def assess(output: Output, polling: Polling, before: Health, now: datetime) -> Assessment:
    """Return the health of an outlet at *now*, given what was said of it *before*."""
    if not polling.sources:
        return Assessment(Health.UNKNOWN, "No address of this outlet is polled.")
    if polling.failing == polling.sources:
        reason = f"No address of this outlet can be read. {polling.last_error}"
        return Assessment(Health.FAILING, reason.strip())
    found = _compared(output, before, now)
    if polling.failing and found.health in {Health.HEALTHY, Health.UNKNOWN}:
        reason = f"{polling.failing} of {polling.sources} addresses cannot be read. "
        return replace(found, health=Health.DEGRADED, reason=(reason + polling.last_error).strip())
    return found


def _compared(output: Output, before: Health, now: datetime) -> Assessment:
    end = now.replace(minute=0, second=0, microsecond=0)
    for window in WINDOWS:
        if _days(end - window, now) & set(output.missed):
            return Assessment(Health.UNKNOWN, "Tocsin itself did not read it all of the time.")
        expected = expected_items(output, end, window)
        if expected is None:
            break
        observed = output.between(end - window, end + timedelta(hours=1))
        health, reason = _verdict(expected, observed, window, before)
        if health != Health.UNKNOWN:
            return Assessment(health, reason, expected, observed, end - window)
    return Assessment(
        Health.UNKNOWN, "Its usual output is not known yet, or too small to judge by."
    )


def expected_items(output: Output, end: datetime, window: timedelta) -> float | None:
    """Return the median count of the same hours in earlier weeks, or None if too few are known."""
    counts = [
        output.between(end - week * WEEK - window, end - week * WEEK)
        for week in range(1, WEEKS + 1)
        if _is_known(output, end - week * WEEK - window, end - week * WEEK)
    ]
    return float(median(counts)) if len(counts) >= LEAST_WEEKS else None


def _is_known(output: Output, begin: datetime, end: datetime) -> bool:
    known_from = output.known_from
    is_usable = not _days(begin, end) & set(output.unusable)
    return known_from is not None and known_from <= begin and is_usable


def _days(begin: datetime, end: datetime) -> set[date]:
    return {begin.date() + timedelta(days=n) for n in range((end.date() - begin.date()).days + 1)}


def _verdict(
    expected: float, observed: int, window: timedelta, before: Health
) -> tuple[Health, str]:
    hours = int(window.total_seconds() // 3600)
    figures = f"{observed} items in {hours} hours, where {expected:g} are usual."
    if exp(-expected) >= SURPRISE and not _is_more(expected, observed, before):
        return Health.UNKNOWN, figures  # too few to call anything unusual; look at more days
    if observed == 0:
        return Health.SILENT, f"Silent: {figures}"
    less = LESS_STILL if before in {Health.SILENT, Health.DEGRADED} else LESS
    if observed <= less * expected and poisson_at_most(observed, expected) < SURPRISE:
        return Health.DEGRADED, f"Less than usual: {figures}"
    if _is_more(expected, observed, before):
        return Health.SURGING, f"More than usual: {figures}"
    return Health.HEALTHY, f"As usual: {figures}"


def _is_more(expected: float, observed: int, before: Health) -> bool:
    more = MORE_STILL if before == Health.SURGING else MORE
    is_unlikely = 1.0 - poisson_at_most(observed - 1, expected) < SURPRISE
    return expected >= 1.0 and observed >= more * expected and is_unlikely


def poisson_at_most(count: int, mean: float) -> float:
    """Return the chance of at most *count* where *mean* is usual, summed in logarithms."""
    if mean <= 0.0:
        return 1.0
    total, factor = 0.0, -mean
    for k in range(count + 1):
        total += exp(factor)
        factor += log(mean) - log(k + 1)
    return min(total, 1.0)
