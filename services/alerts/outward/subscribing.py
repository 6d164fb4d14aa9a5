"""Who is told of an alert, and when: pure.

Whoever was told of an alert is told of its correction and its end too, though these may no longer
match what was subscribed to.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from shared.events import AlertReleased, Digest, QuietHours, Severity, SubscriptionChanged

DIGEST_AT = time(6, tzinfo=UTC)
ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Telling:
    """One alert to tell under one subscription, not before a time."""

    subscription: SubscriptionChanged
    alert: AlertReleased
    due_at: datetime

    @property
    def name(self) -> str:
        """What it is called in the ledger: signal, channel of a recipient, revision."""
        alert = self.alert
        return f"{alert.signal_id}|{self.subscription.subscription_id}|{alert.revision}"


def tellings_of(
    alert: AlertReleased,
    subscriptions: Iterable[SubscriptionChanged],
    reached: frozenset[str],
    now: datetime,
) -> list[Telling]:
    """Return whom to tell; `reached` are the subscriptions that were told of the alert before."""
    return [
        Telling(one, alert, due_at(one, alert, now))
        for one in subscriptions
        if one.enabled and (one.subscription_id in reached or _wanted(one, alert))
    ]


def due_at(subscription: SubscriptionChanged, alert: AlertReleased, now: datetime) -> datetime:
    """Return when to tell: gathered, or at once, outside quiet hours unless it is extreme."""
    match subscription.digest:
        case Digest.DAILY:
            return _next_digest(now)
        case Digest.WEEKLY:
            first = _next_digest(now)
            return first + (-first.weekday() % 7) * ONE_DAY
    if subscription.quiet_hours is None or alert.severity is Severity.EXTREME:
        return now
    return _after(subscription.quiet_hours, now)


def _wanted(subscription: SubscriptionChanged, alert: AlertReleased) -> bool:
    wanted = subscription.filter
    country = not wanted.countries or alert.situation.country in wanted.countries
    return country and (not wanted.severities or alert.severity in wanted.severities)


def _next_digest(now: datetime) -> datetime:
    today = datetime.combine(now.astimezone(UTC).date(), DIGEST_AT)
    return today if now < today else today + ONE_DAY


def _after(quiet: QuietHours, now: datetime) -> datetime:
    """Return the end of quiet hours that hold now; a zone that nobody knows is read as UTC."""
    local = now.astimezone(_zone(quiet.timezone))
    start, end = time.fromisoformat(quiet.start), time.fromisoformat(quiet.end)
    clock = local.time()
    over_midnight = start > end
    within = (clock >= start or clock < end) if over_midnight else start <= clock < end
    if not within:
        return now
    day = local.date() + (ONE_DAY if over_midnight and clock >= start else timedelta(0))
    return datetime.combine(day, end, local.tzinfo).astimezone(UTC)


def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError):
        return ZoneInfo("UTC")
