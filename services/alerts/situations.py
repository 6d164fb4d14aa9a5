"""Looks again at every question that a batch may have changed, and stores what follows.

A record is read before the counts that it is judged by, and written only over the version that
was read. So of two workers who look at once, the one who saw less is refused and looks again.
"""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from services.alerts.case import Case
from services.alerts.detect import WINDOW_DAYS
from services.alerts.reading import ONE_DAY, Look, Stores, cases_of, read
from services.alerts.record import Question
from services.alerts.rule_book import RuleBook
from services.alerts.rules import AtOnce, Blackout, Rule, Threshold
from services.alerts.series import series_of
from services.alerts.signals import advance
from shared.errors import TransientError
from shared.events import SignalStatus

LOOKS = 20  # refused so often in a row, something is wrong, and waiting is better than spinning


@dataclass(frozen=True, slots=True)
class Watch:
    """What looking needs: the stores, the operator's rules, the clock, and how long to gather."""

    stores: Stores
    files: tuple[Rule, ...]
    now: Callable[[], datetime]
    coalesce: timedelta

    async def rules(self) -> RuleBook:
        """Return the operator's rules with the versions that people have set since."""
        kept = await self.stores.people.keep_files(self.files)
        gone = set(kept) - {rule.rule_id for rule in self.files}
        versions = [*self.files, *await self.stores.people.rules()]
        return RuleBook(versions, [kept[rule_id] for rule_id in gone])


def questions_of(series: Iterable[str], rules: RuleBook) -> set[Question]:
    """Return every question about the windows of some series."""
    found = (series_of(key) for key in series)
    return {
        Question(rule.rule_id, country, group, day)
        for country, group, day in found
        for rule in rules.on(day)
        if isinstance(rule.definition, AtOnce)
        or (group is not None and isinstance(rule.definition, Threshold))
    }


def silence_questions(days: Iterable[tuple[str, date]], rules: RuleBook) -> set[Question]:
    """Return the questions about outlets that may have fallen silent on some days."""
    return {
        Question(rule.rule_id, country, None, day)
        for country, day in days
        for rule in rules.on(day)
        if isinstance(rule.definition, Blackout)
    }


async def later_series(watch: Watch, rules: RuleBook, days: Iterable[tuple[str, date]]) -> set[str]:
    """Return the remembered windows for which one of the days (country, day) is the past."""
    by_country: dict[str, set[date]] = {}
    for country, day in days:
        by_country.setdefault(country, set()).add(day)
    near: dict[date, int] = defaultdict(lambda: WINDOW_DAYS - 1)
    series: set[str] = set()
    for country, changed in sorted(by_country.items()):
        far = {day: rules.reach_days(day) for day in changed}
        for kind, reach in (("near", near), ("far", far)):
            for first, last in _spans(changed, reach):
                series |= set(await watch.stores.signals.candidates(kind, country, first, last))
    return series


def _spans(days: set[date], reach: Mapping[date, int]) -> list[tuple[date, date]]:
    """Return the stretches of days that some days reach, joined where they overlap.

    A day's own windows among them: what was read on it is out of how much they are counted.
    """
    spans: list[tuple[date, date]] = []
    for day in sorted(days):
        first, last = day, day + timedelta(days=reach[day])
        if spans and first <= spans[-1][1]:
            spans[-1] = (spans[-1][0], max(last, spans[-1][1]))
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
        look = await read(watch.stores, waiting)
        cases = await cases_of(watch.stores, rules, waiting, look)
        existing |= set(look.records) & {one.signal_id for one in waiting}
        saved = await asyncio.gather(*(_save(watch, look, case) for case in cases))
        waiting = {one for found in saved for one in found[1]}
        existing |= {
            case.question.signal_id for case, found in zip(cases, saved, strict=True) if found[0]
        }
    raise TransientError(f"{len(waiting)} signals change faster than they can be computed")


async def _save(watch: Watch, look: Look, case: Case) -> tuple[bool, set[Question]]:
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
