"""What a rule answers, with everything that a person needs in order to see why."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from services.alerts.series import Passage, Sighting
from shared.events import MAX_EVIDENCE, Certainty, ScorePart, Severity, Urgency

DISABLED = "The rule was switched off."
# An item that arrives a day or more after its event arrives after its own window has closed.
LATE_AFTER = timedelta(days=1)
# After this an arrival is history: it teaches baselines, and raises nothing.
LATEST_AFTER = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Line:
    """One passage that counts for a rule, with the item that holds it."""

    sighting: Sighting
    passage: Passage

    @property
    def name(self) -> tuple[str, str]:
        """Item and match."""
        return (self.sighting.item_id, self.passage.match_id)


@dataclass(frozen=True, slots=True)
class Verdict:
    """The answer of one rule about one window.

    `evidence` names item and match of the lines shown, at most 200; `items` are all that count.
    `observed` and `expected` are those of the series and the window that stood out most; `texts`
    are the different texts of the day itself.
    """

    holds: bool
    reason: str
    texts: int
    observed: float
    expected: float
    probability: float | None
    series: str
    pooled: bool
    exposure_days: int
    excluded_days: int
    independent_owners: int
    evidence: tuple[tuple[str, str], ...]
    evidence_count: int
    items: frozenset[str]
    indicators: tuple[str, ...]
    risk_factors: tuple[int, ...]
    severity: Severity
    urgency: Urgency
    certainty_said: Certainty
    confidence: float
    confidence_parts: tuple[ScorePart, ...]
    late_by: timedelta | None
    latest_fetched_at: datetime | None


def may_raise(sighting: Sighting) -> bool:
    """Whether the item may raise a signal: not what was gathered from the past."""
    return not sighting.backfill and sighting.late_by <= LATEST_AFTER


def texts_of(lines: Iterable[Line]) -> int:
    """Count different texts: ten copies of one are one."""
    return len({line.sighting.cluster_id for line in lines})


def owners_of(lines: Iterable[Line]) -> int:
    """Count independent owners: two outlets of one are one."""
    return len({line.sighting.owner for line in lines})


def select_evidence(lines: Iterable[Line]) -> tuple[tuple[str, str], ...]:
    """Choose what is shown: the strongest line of every text first, then the next of each.

    A thousand copies of one text can so never push another text out of sight.
    """
    by_text: dict[str, list[Line]] = {}
    for line in sorted(lines, key=_rank):
        by_text.setdefault(line.sighting.cluster_id, []).append(line)
    placed = [
        (position, _rank(line), line.name)
        for same in by_text.values()
        for position, line in enumerate(same)
    ]
    return tuple(name for _, _, name in sorted(placed)[:MAX_EVIDENCE])


def _rank(line: Line) -> tuple[float, datetime, str, str]:
    sighting, passage = line.sighting, line.passage
    return (-passage.strength, sighting.event_at, sighting.item_id, passage.match_id)


def lateness(lines: Sequence[Line], holds_with: int) -> timedelta | None:
    """Return how late the signal is: when the text came that brought `holds_with` together.

    None where enough texts were there within a day of the event.
    """
    soonest: dict[str, timedelta] = {}
    for line in lines:
        cluster, late = line.sighting.cluster_id, line.sighting.late_by
        soonest[cluster] = min(late, soonest.get(cluster, late))
    in_order = sorted(soonest.values())
    if len(in_order) < holds_with:
        return None
    late = in_order[holds_with - 1]
    return late if late > LATE_AFTER else None


def confidence_parts(lines: Sequence[Line]) -> tuple[ScorePart, ...]:
    """Return why a reader may trust the lines, each from 0 to 1.

    `strength`: the strongest passage. `corroboration`: one owner gives a half, and each further
    independent one halves what is left. `undoubted`: the share against which nothing spoke.
    """
    if not lines:
        return ()
    undoubted = sum(1 for line in lines if not line.passage.doubted)
    return (
        ScorePart(name="strength", value=max(line.passage.strength for line in lines)),
        ScorePart(name="corroboration", value=round(1 - 0.5 ** owners_of(lines), 4)),
        ScorePart(name="undoubted", value=round(undoubted / len(lines), 4)),
    )


def mean_confidence(parts: Sequence[ScorePart]) -> float:
    """Return the plain mean of the parts: no weight of ours is better founded yet."""
    return round(sum(part.value for part in parts) / len(parts), 4) if parts else 0.0


def certainty_said(lines: Sequence[Line]) -> Certainty:
    """Return how certain it is that this was said: a machine's transcript is no observation."""
    if not lines:
        return Certainty.UNKNOWN
    heard = any(line.sighting.heard for line in lines)
    return Certainty.OBSERVED if heard else Certainty.LIKELY
