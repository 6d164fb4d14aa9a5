"""What alerts does with each event: count or keep it, then look at whatever it touches.

Nothing is judged by the order of arrival: a batch is first stored whole, then every question that
it touches is asked again from what is stored.
"""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from services.alerts.blackout import silences_after
from services.alerts.outbox import Outbox
from services.alerts.placement import Placement, placement_of
from services.alerts.record import Question
from services.alerts.rules import changed_rule
from services.alerts.series import reckoned, series_of
from services.alerts.situations import (
    Watch,
    later_series,
    look_again,
    questions_of,
    silence_questions,
)
from shared.consume import Rejections
from shared.errors import PermanentError
from shared.events import (
    Event,
    ItemRemoved,
    MediaItemAnalysed,
    MediaOutletHealthChanged,
    ReviewRecorded,
    RuleChanged,
    SubjectKind,
    SubscriptionChanged,
)
from shared.records import Decoded, Record, decode_records

CONSUMER = "alerts"
EVENTS: Mapping[str, type[Event]] = {
    one.TYPE: one
    for one in (
        MediaItemAnalysed,
        MediaOutletHealthChanged,
        ReviewRecorded,
        RuleChanged,
        SubscriptionChanged,
        ItemRemoved,
    )
}


@dataclass(frozen=True, slots=True)
class Deps:
    """What the handler works with."""

    watch: Watch
    outbox: Outbox


@dataclass(slots=True)
class Touched:
    """What a batch may have changed."""

    series: set[str] = field(default_factory=set)
    past: set[tuple[str, date]] = field(default_factory=set)
    silences: set[tuple[str, date]] = field(default_factory=set)
    signals: set[str] = field(default_factory=set)
    rejections: dict[int, PermanentError] = field(default_factory=dict)


async def handle(records: Sequence[Record], deps: Deps) -> Rejections:
    """Handle a batch of any of the events; doing it again changes nothing more."""
    decoded, rejections = decode_records(CONSUMER, records, EVENTS)
    touched = Touched(rejections=rejections)
    for event_class, keep in _KEEPERS.items():
        events = [one for one in decoded if isinstance(one.event, event_class)]
        if events:
            await keep(events, deps, touched)
    await _look(deps, touched)
    return touched.rejections


async def look_at_due(deps: Deps) -> None:
    """Look at the signals whose time has come, send what is ready, and forget the time."""
    due = await deps.watch.stores.signals.due(deps.watch.now())
    if due:
        await _look(deps, Touched(signals=set(due.values())))
        await deps.watch.stores.signals.looked(due)


async def _look(deps: Deps, touched: Touched) -> None:
    rules = await deps.watch.rules()
    series = touched.series | await later_series(deps.watch, rules, touched.past)
    questions = questions_of(series, rules) | await _questions(deps, touched.signals)
    questions |= silence_questions(touched.silences, rules)
    existing = await look_again(deps.watch, rules, questions)
    await deps.outbox.send(existing)


async def _questions(deps: Deps, signal_ids: Iterable[str]) -> set[Question]:
    found = await deps.watch.stores.signals.find(signal_ids)
    return {record.question for record in found.values()}


async def _count(decoded: Sequence[Decoded], deps: Deps, touched: Touched) -> None:
    newest: dict[str, Placement] = {}
    for one in decoded:
        try:
            placement = placement_of(one.event)
        except PermanentError as error:
            touched.rejections[one.index] = error
            continue
        touched.past.add((placement.country, placement.day))
        touched.series.update(placement.series)
        known = newest.get(placement.item_id)
        if known is None or known.sequence <= placement.sequence:
            newest[placement.item_id] = placement
    _touch(touched, await deps.watch.stores.counts.place(list(newest.values())))


async def _remove(decoded: Sequence[Decoded], deps: Deps, touched: Touched) -> None:
    for one in decoded:
        event: ItemRemoved = one.event
        series = await deps.watch.stores.counts.remove(event.item_id, event.scope)
        _touch(touched, series)


def _touch(touched: Touched, series: set[str]) -> None:
    """Note windows that changed, and that they are the past of later ones."""
    touched.series |= series
    touched.past |= {(country, day) for country, _, day in map(series_of, series)}


async def _review(decoded: Sequence[Decoded], deps: Deps, touched: Touched) -> None:
    reviews = [one.event for one in decoded if one.event.subject_kind is SubjectKind.SIGNAL]
    await deps.watch.stores.people.add_reviews(reviews)
    touched.signals |= {review.subject_id for review in reviews}


async def _set_rules(decoded: Sequence[Decoded], deps: Deps, touched: Touched) -> None:
    """Keep the versions; the windows from their day on are asked again."""
    since: list[date] = []
    for one in decoded:
        try:
            rule = changed_rule(one.event)
        except PermanentError as error:
            touched.rejections[one.index] = error
            continue
        await deps.watch.stores.people.add_rule(rule)
        since.append(one.event.recorded_at.date())
    if since:
        touched.series |= set(await deps.watch.stores.counts.series_since(min(since)))


async def _subscribe(decoded: Sequence[Decoded], deps: Deps, _: Touched) -> None:
    await deps.watch.stores.people.add_subscriptions(one.event for one in decoded)


async def _heed(decoded: Sequence[Decoded], deps: Deps, touched: Touched) -> None:
    for one in decoded:
        event: MediaOutletHealthChanged = one.event
        days = await deps.watch.stores.people.add_health(event)
        touched.past |= {(event.outlet.country, day) for day in days if reckoned(day)}
    changed = min(one.event.since_at for one in decoded)
    touched.silences |= silences_after(await deps.watch.stores.people.statements(), changed)


_Keeper = Callable[[Sequence[Decoded], Deps, Touched], Coroutine[Any, Any, None]]
# Removals after analyses: what came and went in one batch is gone.
_KEEPERS: Mapping[type[Event], _Keeper] = {
    SubscriptionChanged: _subscribe,
    RuleChanged: _set_rules,
    MediaOutletHealthChanged: _heed,
    ReviewRecorded: _review,
    MediaItemAnalysed: _count,
    ItemRemoved: _remove,
}
