"""All versions of all rules: which of them asked about a day, and how far they look back."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from itertools import chain

from services.alerts.baselines.periods import Periods
from services.alerts.rules import LONGEST_REFERENCE, Rule, Threshold


class RuleBook:
    """All versions of all rules, and which of them asked on a given day.

    A rule whose file is gone raises nothing more. It is still asked, switched off, so that
    removals and what people decide reach the signals that it once raised.
    """

    def __init__(self, versions: Iterable[Rule], gone: Iterable[Rule] = ()) -> None:
        self._gone = {rule.rule_id: rule.model_copy(update={"enabled": False}) for rule in gone}
        self._versions: dict[str, list[Rule]] = {rule_id: [] for rule_id in self._gone}
        for rule in versions:
            self._versions.setdefault(rule.rule_id, []).append(rule)

    def on(self, day: date) -> list[Rule]:
        """Return the version of each rule that asks about the window of `day`, disabled or not."""
        found = (self.of(rule_id, day) for rule_id in sorted(self._versions))
        return [rule for rule in found if rule is not None]

    def of(self, rule_id: str, day: date) -> Rule | None:
        """Return the newest version of one rule that applied on `day`."""
        known = self._versions.get(rule_id, [])
        applying = [rule for rule in known if rule.from_on is None or rule.from_on <= day]
        return max(applying, key=lambda rule: rule.version, default=self._gone.get(rule_id))

    def reach_days(self, day: date) -> int:
        """Return how many later days can be changed by a change of one day."""
        return max((_reach(one, day) for one in self._thresholds), default=0)

    @property
    def references(self) -> list[tuple[date, date]]:
        """Return the periods that somebody has chosen to compare with."""
        return [one.fixed_reference for one in self._thresholds if one.fixed_reference]

    @property
    def _thresholds(self) -> list[Threshold]:
        every = [*chain(*self._versions.values()), *self._gone.values()]
        return [rule.definition for rule in every if isinstance(rule.definition, Threshold)]


def _reach(definition: Threshold, day: date) -> int:
    fixed = definition.fixed_reference
    reach = Periods(definition.baseline_days, fixed).reach_days
    return LONGEST_REFERENCE.days if fixed and fixed[0] <= day <= fixed[1] else reach
