"""The verdict on a blackout: who fell silent and who answered are its evidence; pure."""

from __future__ import annotations

from services.alerts.blackout import Darkness, blackout
from services.alerts.lines import Counts
from services.alerts.rules import Blackout, Rule
from services.alerts.verdict import DISABLED, Verdict
from shared.events import Certainty, ScorePart, Urgency

RISK_FACTOR = 7


def answer(rule: Rule, definition: Blackout, counts: Counts) -> Verdict:
    """Answer a blackout rule; outlets are named in the parts of the confidence.

    There is no passage to show. Each silent outlet has the share 1, so that whoever reads the
    signal sees which they are; `share_of_outlets` says how many of those watched that is.
    """
    found = blackout(definition, counts.country, counts.day, counts.statements)
    many = found.owners >= definition.raised_from_owners
    parts = _parts(found)
    return Verdict(
        holds=rule.enabled and not found.reason,
        reason=found.reason if rule.enabled else DISABLED,
        texts=0,
        observed=len({one.outlet_id for one in found.silent}),
        expected=0.0,
        probability=None,
        series="silent outlets",
        pooled=False,
        exposure_days=0,
        excluded_days=0,
        independent_owners=found.owners,
        evidence=(),
        evidence_count=0,
        items=frozenset(),
        indicators=definition.indicators,
        risk_factors=(RISK_FACTOR,),
        severity=definition.raised_severity if many else definition.severity,
        urgency=Urgency.IMMEDIATE,
        certainty_said=Certainty.OBSERVED,
        confidence=parts[0].value if parts else 0.0,
        confidence_parts=parts,
        late_by=None,
        latest_fetched_at=max((one.said_at for one in found.silent), default=None),
    )


def _parts(found: Darkness) -> tuple[ScorePart, ...]:
    if not found.silent:
        return ()
    outlets = sorted({one.outlet_id for one in found.silent})
    share = round(len(outlets) / found.watched, 4)
    named = (ScorePart(name=f"silent: {outlet}", value=1) for outlet in outlets)
    return (ScorePart(name="share_of_outlets", value=share), *named)
