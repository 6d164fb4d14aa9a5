"""Looks again at every question that a batch may have changed, and stores what follows.

A record is read before the counts that it is judged by, and written only over the version that
was read. So of two workers who look at once, the one who saw less is refused and looks again.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from services.alerts.content import Case
from services.alerts.detect import Counts as Counted
from services.alerts.detect import evaluate, worth_a_baseline
from services.alerts.life import fold
from services.alerts.record import Question, Record
from services.alerts.rules import Rule, RuleBook, Threshold
from services.alerts.series import Sighting, exposure_key, series_key, series_of
from services.alerts.signals import advance
from services.alerts.store.counts import Counts
from services.alerts.store.exposure import Exposure
from services.alerts.store.people import People
from services.alerts.store.signals import Signals
from shared.errors import TransientError
from shared.events import ReviewRecorded, SignalStatus

ONE_DAY = timedelta(days=1)
LOOKS = 20  # refused so often in a row, something is wrong, and waiting is better than spinning


@dataclass(frozen=True, slots=True)
class Stores:
    """Everything that is kept."""

    counts: Counts
    exposure: Exposure
    people: People
    signals: Signals


@dataclass(frozen=True, slots=True)
class Watch:
    """What looking needs: the stores, the operator's rules, the clock, and how long to gather."""

    stores: Stores
    files: tuple[Rule, ...]
    now: Callable[[], datetime]
    coalesce: timedelta

    async def rules(self) -> RuleBook:
        """Return the operator's rules with the versions that people have set since."""
        return RuleBook([*self.files, *await self.stores.people.rules()])


@dataclass(frozen=True, slots=True)
class _Look:
    """What was read about some questions, the records first."""

    records: Mapping[str, Record]
    reviews: Mapping[str, list[ReviewRecorded]]
    sightings: Mapping[str, tuple[Sighting, ...]]


def questions_of(series: Iterable[str], rules: RuleBook) -> set[Question]:
    """Return every question about the windows of some series."""
    found = (series_of(key) for key in series)
    return {
        Question(rule.rule_id, country, group, day)
        for country, group, day in found
        for rule in rules.on(day)
        if group is not None or not isinstance(rule.definition, Threshold)
    }


async def later_series(watch: Watch, rules: RuleBook, days: Iterable[tuple[str, date]]) -> set[str]:
    """Return the remembered windows for which one of the days (country, day) is the past."""
    by_country: dict[str, set[date]] = {}
    for country, day in days:
        by_country.setdefault(country, set()).add(day)
    reach = timedelta(days=rules.longest_baseline_days)
    series: set[str] = set()
    for country, changed in sorted(by_country.items()):
        for first, last in _spans(changed, reach):
            series |= set(await watch.stores.signals.candidates(country, first, last))
    return series


def _spans(days: set[date], reach: timedelta) -> list[tuple[date, date]]:
    """Return the stretches of later days that some days reach, joined where they overlap."""
    spans: list[tuple[date, date]] = []
    for day in sorted(days):
        first, last = day + ONE_DAY, day + reach
        if spans and first <= spans[-1][1]:
            spans[-1] = (spans[-1][0], last)
        else:
            spans.append((first, last))
    return spans


async def look_again(watch: Watch, rules: RuleBook, questions: Collection[Question]) -> set[str]:
    """Bring the signals of `questions` up to date; return the ids of those that exist."""
    existing: set[str] = set()
    waiting = set(questions)
    for _ in range(LOOKS):
        if not waiting:
            return existing
        look = await _read(watch, waiting)
        cases = await _cases(watch, rules, waiting, look)
        existing |= set(look.records) & {one.signal_id for one in waiting}
        saved = await asyncio.gather(*(_save(watch, look, case) for case in cases))
        waiting = {one for found in saved for one in found[1]}
        existing |= {
            case.question.signal_id for case, found in zip(cases, saved, strict=True) if found[0]
        }
    raise TransientError(f"{len(waiting)} signals change faster than they can be computed")


async def _read(watch: Watch, questions: Collection[Question]) -> _Look:
    stores = watch.stores
    before = {replace(one, day=one.day - ONE_DAY) for one in questions}
    ids = {one.signal_id for one in questions}
    records = await stores.signals.find(ids | {one.signal_id for one in before})
    reviews = await stores.people.reviews(ids)
    sightings = await stores.counts.sightings(one.series for one in questions)
    return _Look(records, reviews, sightings)


async def _cases(
    watch: Watch, rules: RuleBook, questions: Collection[Question], look: _Look
) -> list[Case]:
    asked = sorted(questions, key=lambda one: (one.day, one.signal_id))
    known = ((one, rules.of(one.rule_id, one.day)) for one in asked)
    counted = [(one, rule, _counted(one, look)) for one, rule in known if rule]
    worth = [
        (question, rule, counts)
        for question, rule, counts in counted
        if question.signal_id in look.records or worth_a_baseline(rule, counts)
    ]
    with_past = await _with_past(watch, worth)
    cases = [_case(one, rule, counts, look) for one, rule, counts in with_past]
    return await _with_details(watch, cases)


def _counted(question: Question, look: _Look) -> Counted:
    record = look.records.get(question.signal_id)
    reviews = look.reviews.get(question.signal_id, [])
    rejected = fold(record.marks if record else (), reviews).rejected
    today = look.sightings.get(question.series, ())
    return Counted(question.day, today, rejected=frozenset(rejected))


_Asked = tuple[Question, Rule, Counted]


async def _with_past(watch: Watch, asked: list[_Asked]) -> list[_Asked]:
    """Add the past to those that compare with it, which are remembered first.

    First, because whoever changes the past afterwards looks at what is remembered.
    """
    past = {
        one: rule.definition for one, rule, _ in asked if isinstance(rule.definition, Threshold)
    }
    if not past:
        return asked
    stores = watch.stores
    await stores.signals.add_candidates((one.country, one.group, one.day) for one in past)
    days = {one: _days_before(one, rule.baseline_days) for one, rule in past.items()}
    sightings = await stores.counts.sightings(
        series_key(one.country, one.group, day) for one in past for day in days[one]
    )
    readers = await stores.exposure.readers(
        exposure_key(one.country, day) for one in past for day in days[one]
    )
    outlets = {reader.outlet_id for found in readers.values() for reader in found}
    unusable = await stores.people.unusable(outlets)

    def filled(question: Question, counts: Counted) -> Counted:
        country, group = question.country, question.group
        before = {d: sightings.get(series_key(country, group, d), ()) for d in days[question]}
        read = {d: readers.get(exposure_key(country, d), frozenset()) for d in days[question]}
        return replace(counts, before=before, read=read, unusable=unusable)

    return [(one, r, filled(one, counts) if one in past else counts) for one, r, counts in asked]


def _days_before(question: Question, days: int) -> list[date]:
    return [question.day - timedelta(days=back) for back in range(1, days + 1)]


def _case(question: Question, rule: Rule, counts: Counted, look: _Look) -> Case:
    before = look.records.get(replace(question, day=question.day - ONE_DAY).signal_id)
    goes_on = before is not None and before.signal.status is not SignalStatus.CLOSED
    return Case(
        question=question,
        rule=rule,
        verdict=evaluate(rule, counts),
        sightings={one.item_id: one for one in counts.today},
        details={},
        reviews=look.reviews.get(question.signal_id, []),
        follows=before.question.signal_id if before and goes_on else None,
    )


async def _with_details(watch: Watch, cases: list[Case]) -> list[Case]:
    shown = {case.question: {item for item, _ in case.verdict.evidence} for case in cases}
    details = await watch.stores.counts.details(set().union(*shown.values()))
    return [
        replace(case, details={i: details[i] for i in sorted(shown[case.question]) if i in details})
        for case in cases
    ]


async def _save(watch: Watch, look: _Look, case: Case) -> tuple[bool, set[Question]]:
    """Store the next revision; return whether there is a signal, and what to look at (again)."""
    question = case.question
    before = look.records.get(question.signal_id)
    next_step = advance(before, case, watch.now(), watch.coalesce)
    if next_step.due_at is not None:
        await watch.stores.signals.look_again(question.signal_id, next_step.due_at)
    if next_step.record is None:
        return before is not None, set()
    if not await watch.stores.signals.save(next_step.record):
        return False, {question}
    was_open = before is not None and before.signal.status is not SignalStatus.CLOSED
    is_open = next_step.record.signal.status is not SignalStatus.CLOSED
    tomorrow = replace(question, day=question.day + ONE_DAY)
    return True, {tomorrow} if was_open != is_open else set()
