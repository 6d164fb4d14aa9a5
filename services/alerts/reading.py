"""Reads everything that is known about some questions: records first, then what they rest on."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta

from services.alerts.baselines.periods import Periods
from services.alerts.case import Case
from services.alerts.detect import WINDOW_DAYS, evaluate, worth_a_baseline
from services.alerts.life import fold
from services.alerts.lines import Counts as Counted
from services.alerts.lines import raising_lines
from services.alerts.record import Question, Record
from services.alerts.rule_book import RuleBook
from services.alerts.rules import Blackout, Rule, Threshold
from services.alerts.series import Reader, Sighting, exposure_key, series_key
from services.alerts.store.counts import Counts
from services.alerts.store.exposure import Exposure
from services.alerts.store.people import People
from services.alerts.store.signals import Signals
from shared.events import ReviewRecorded, SignalStatus

ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Stores:
    """Everything that is kept."""

    counts: Counts
    exposure: Exposure
    people: People
    signals: Signals


@dataclass(frozen=True, slots=True)
class Look:
    """What was read about some questions, the records first."""

    records: Mapping[str, Record]
    reviews: Mapping[str, list[ReviewRecorded]]
    sightings: Mapping[str, tuple[Sighting, ...]]


async def read(stores: Stores, questions: Collection[Question]) -> Look:
    """Read what decides whether anything more must be read."""
    before = {replace(one, day=one.day - ONE_DAY) for one in questions}
    ids = {one.signal_id for one in questions}
    records = await stores.signals.find(ids | {one.signal_id for one in before})
    reviews = await stores.people.reviews(ids)
    sightings = await stores.counts.sightings(one.series for one in questions)
    return Look(records, reviews, sightings)


async def cases_of(
    stores: Stores, rules: RuleBook, questions: Collection[Question], look: Look
) -> list[Case]:
    """Return a case for each question that has a signal or may get one.

    The days of its window are read only where its own day holds anything, and its past only
    where the window could let the rule hold.
    """
    asked = sorted(questions, key=lambda one: (one.day, one.signal_id))
    known = ((one, rules.of(one.rule_id, one.day)) for one in asked)
    counted = [(one, rule, _counted(one, look)) for one, rule in known if rule]
    counted = await _with_statements(stores, counted)
    begun = [
        one
        for one in counted
        if one[0].signal_id in look.records or one[2].statements or raising_lines(*one[1:])
    ]
    with_window = await _with_window(stores, begun)
    worth = [
        one for one in with_window if one[0].signal_id in look.records or worth_a_baseline(*one[1:])
    ]
    with_past = await _with_past(stores, worth)
    cases = [_case(one, rule, counts, look) for one, rule, counts in with_past]
    return await _with_details(stores, cases)


def _counted(question: Question, look: Look) -> Counted:
    record = look.records.get(question.signal_id)
    reviews = look.reviews.get(question.signal_id, [])
    rejected = fold(record.marks if record else (), reviews).rejected
    today = look.sightings.get(question.series, ())
    return Counted(question.day, today, rejected=frozenset(rejected))


_Asked = tuple[Question, Rule, Counted]


async def _with_statements(stores: Stores, asked: list[_Asked]) -> list[_Asked]:
    """Add what is known of outlets to those that ask whether they fell silent."""
    if not any(isinstance(rule.definition, Blackout) for _, rule, _ in asked):
        return asked
    known = await stores.people.statements()
    return [
        (one, rule, replace(counts, country=one.country, statements=known))
        if isinstance(rule.definition, Blackout)
        else (one, rule, counts)
        for one, rule, counts in asked
    ]


async def _with_window(stores: Stores, asked: list[_Asked]) -> list[_Asked]:
    """Add the days that a longer window adds to the day itself, which is remembered first."""
    windows = {
        one: _days_before(one, WINDOW_DAYS - 1)
        for one, rule, _ in asked
        if isinstance(rule.definition, Threshold)
    }
    await stores.signals.add_candidates("near", windows)
    keys = (series_key(one.country, one.group, day) for one, ds in windows.items() for day in ds)
    seen = await stores.counts.sightings(keys)
    return [
        (one, rule, replace(counts, before=_before(one, windows.get(one, []), seen)))
        for one, rule, counts in asked
    ]


def _before(
    question: Question, days: Iterable[date], seen: Mapping[str, tuple[Sighting, ...]]
) -> dict[date, tuple[Sighting, ...]]:
    country, group = question.country, question.group
    return {day: seen.get(series_key(country, group, day), ()) for day in days}


async def _with_past(stores: Stores, asked: list[_Asked]) -> list[_Asked]:
    """Add the past to those that compare with it, which are remembered first.

    First, because whoever changes the past afterwards looks at what is remembered.
    """
    past = {
        one: _compared_days(one, rule.definition)
        for one, rule, _ in asked
        if isinstance(rule.definition, Threshold)
    }
    if not past:
        return asked
    await stores.signals.add_candidates("far", past)
    read_past = await _read_past(stores, past)
    return [
        (one, rule, _filled(counts, one, past[one], read_past) if one in past else counts)
        for one, rule, counts in asked
    ]


@dataclass(frozen=True, slots=True)
class _Past:
    """What was said and who was read, by the names of their sets."""

    sightings: Mapping[str, tuple[Sighting, ...]]
    readers: Mapping[str, Mapping[Reader, int]]
    unusable: frozenset[tuple[str, date]]


async def _read_past(stores: Stores, past: Mapping[Question, list[date]]) -> _Past:
    windows = [(one, day) for one, days in past.items() for day in days]
    series = (series_key(one.country, one.group, day) for one, day in windows)
    sightings = await stores.counts.sightings(series)
    readers = await stores.exposure.readers(exposure_key(one.country, d) for one, d in windows)
    outlets = {reader.outlet_id for found in readers.values() for reader in found}
    return _Past(sightings, readers, await stores.people.unusable(outlets))


def _filled(counts: Counted, question: Question, days: list[date], past: _Past) -> Counted:
    return replace(
        counts,
        before=_before(question, (day for day in days if day != question.day), past.sightings),
        read={day: past.readers.get(exposure_key(question.country, day), {}) for day in days},
        unusable=past.unusable,
    )


def _compared_days(question: Question, definition: Threshold) -> list[date]:
    """Return every day that the answer may rest on, the window's own included."""
    periods = Periods(definition.baseline_days, definition.fixed_reference).of(question.day)
    near = _days_before(question, definition.baseline_days + WINDOW_DAYS)
    return sorted({question.day, *near, *(day for days in periods.values() for day in days)})


def _days_before(question: Question, days: int) -> list[date]:
    return [question.day - timedelta(days=back) for back in range(1, days + 1)]


def _case(question: Question, rule: Rule, counts: Counted, look: Look) -> Case:
    before = look.records.get(replace(question, day=question.day - ONE_DAY).signal_id)
    verdict, open_counts = evaluate(rule, counts), counts.unrestricted
    goes_on = before is not None and before.signal.status is not SignalStatus.CLOSED
    return Case(
        question=question,
        rule=rule,
        verdict=verdict,
        open_verdict=verdict if open_counts == counts else evaluate(rule, open_counts),
        sightings={one.item_id: one for one in counts.today},
        details={},
        reviews=look.reviews.get(question.signal_id, []),
        follows=before.question.signal_id if before and goes_on else None,
    )


async def _with_details(stores: Stores, cases: list[Case]) -> list[Case]:
    shown = {case.question: {item for item, _ in case.verdict.evidence} for case in cases}
    details = await stores.counts.details(set().union(*shown.values()))
    return [
        replace(case, details={i: details[i] for i in sorted(shown[case.question]) if i in details})
        for case in cases
    ]
