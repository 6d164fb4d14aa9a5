"""What a rule would have raised, asked of the counts; nothing is raised, and nothing kept."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta

from services.alerts.case import Case
from services.alerts.reading import Look, Stores, cases_of
from services.alerts.record import Question
from services.alerts.rule_book import RuleBook
from services.alerts.rules import Rule
from services.alerts.situations import questions_of, silence_questions
from services.alerts.store.signals import Signals

TRIED_DAYS = 90
TOGETHER = 50  # questions at once, each of which may read a hundred days


class Forgetful(Signals):
    """Signals that are not there, so that a rule is tried as if nobody had ever asked it."""

    async def add_candidates(self, kind: str, windows: Iterable[Question]) -> None:
        """Remember nothing."""


async def would_raise(stores: Stores, rule: Rule, today: date, days: int) -> list[Case]:
    """Return the windows of the last days for which the rule holds, by day.

    `stores.signals` is Forgetful.
    """
    book = RuleBook([rule])
    since = today - timedelta(days=days - 1)
    series = await stores.counts.series_since(since)
    silences = {(one.country, one.since_at.date()) for one in await stores.people.statements()}
    asked = questions_of(series, book) | silence_questions(silences, book)
    ordered = sorted(
        (one for one in asked if since <= one.day <= today),
        key=lambda one: (one.day, one.signal_id),
    )
    found: list[Case] = []
    for first in range(0, len(ordered), TOGETHER):
        some = ordered[first : first + TOGETHER]
        sightings = await stores.counts.sightings(one.series for one in some)
        cases = await cases_of(stores, book, some, Look({}, {}, sightings))
        found += [case for case in cases if case.verdict.holds]
    return found
