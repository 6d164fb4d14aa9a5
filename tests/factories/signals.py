"""Signals and alerts with their evidence, and what people decide about them."""

from typing import Any, TypeVar

from shared.events import (
    AlertReleased,
    Approval,
    Baseline,
    Certainty,
    Decision,
    Evidence,
    MediaItemAnalysed,
    Release,
    ReleaseScope,
    ReleaseState,
    ReviewRecorded,
    RuleKind,
    RuleRef,
    Severity,
    SignalChange,
    SignalRevised,
    SignalState,
    SignalStatus,
    Situation,
    SubjectKind,
    Tlp,
    Urgency,
    Versions,
)
from shared.ids import signal_id
from tests.factories.analysis import make_matched_analysis
from tests.factories.building import COUNTRY, GROUP, at, built

S = TypeVar("S", bound=SignalState)

RULE_ID = "explicit-call"


def make_situation(number: int = 1, **overrides: Any) -> Situation:
    """Build a situation of one day; each number is a day later."""
    day = (number - 1) * 24 * 60 - 6 * 60
    defaults = {
        "country": COUNTRY,
        "target_group_id": GROUP,
        "indicators": ["11.4"],
        "risk_factors": [11],
        "window_from_at": at(day),
        "window_to_at": at(day + 24 * 60),
    }
    return built(Situation, defaults, overrides)


def make_evidence(
    number: int = 1, analysis: MediaItemAnalysed | None = None, **overrides: Any
) -> Evidence:
    """Build the evidence that the first match of `analysis` gives."""
    analysis = analysis or make_matched_analysis(number)
    item, match = analysis.item, analysis.matches[0]
    defaults = {
        "item_id": item.item_id,
        "revision": item.revision,
        "match_id": match.match_id,
        "outlet_id": item.outlet.outlet_id,
        "owner_id": item.outlet.owner_id,
        "owner_kind": item.outlet.owner_kind,
        "controlled_by": item.outlet.controlled_by,
        "content_cluster_id": analysis.copy.content_cluster_id,
        "event_at": item.event_at,
        "field": match.field,
        "start": match.start,
        "end": match.end,
        "quote": item.text[match.start : match.end],
        "url": item.url,
        "capture_id": item.captures[0].capture_id,
        "raw_sha256": item.captures[0].raw_sha256,
    }
    return built(Evidence, defaults, overrides)


def make_baseline(**overrides: Any) -> Baseline:
    defaults = {
        "series_key": f"{COUNTRY}|{GROUP}|11.4",
        "expected": 0.2,
        "observed": 1.0,
        "exposure": 120.0,
        "excluded_days": 0,
        "probability": 0.004,
    }
    return built(Baseline, defaults, overrides)


def make_signal(number: int = 1, **overrides: Any) -> SignalRevised:
    """Build a signal as it is raised, on one piece of evidence."""
    return _signal(SignalRevised, number, overrides)


def make_alert(number: int = 1, **overrides: Any) -> AlertReleased:
    """Build the alert that signal `number` becomes at its second revision, after two approvals."""
    approvals = [
        Approval(actor_id=f"account-{person}", recorded_at=at(number + 60 + person))
        for person in (1, 2)
    ]
    defaults = {
        "revision": 2,
        "change": SignalChange.RELEASED,
        "status": SignalStatus.RELEASED,
        "tlp": Tlp.GREEN,
        "revised_at": at(number + 62),
        "release": Release(state=ReleaseState.PARTNERS, approvals=tuple(approvals)),
    }
    return _signal(AlertReleased, number, defaults | overrides)


def make_review(number: int = 1, **overrides: Any) -> ReviewRecorded:
    """Build account `number`'s approval to release the first revision of signal 1."""
    defaults = {
        "review_id": f"review-{number}",
        "subject_kind": SubjectKind.SIGNAL,
        "subject_id": make_signal().signal_id,
        "subject_revision": 1,
        "actor_id": f"account-{number}",
        "actor_role": "releaser",
        "decision": Decision.APPROVE_RELEASE,
        "scope": ReleaseScope.PARTNERS,
        "recorded_at": at(60 + number),
    }
    return built(ReviewRecorded, defaults, overrides)


def _signal(model: type[S], number: int, overrides: dict[str, Any]) -> S:
    situation = overrides.get("situation") or make_situation(number)
    evidence = overrides.get("evidence", [make_evidence(number)])
    defaults = {
        "signal_id": _signal_id(situation),
        "revision": 1,
        "change": SignalChange.RAISED,
        "status": SignalStatus.NEW,
        "rule": RuleRef(rule_id=RULE_ID, version=1, kind=RuleKind.AT_ONCE),
        "situation": situation,
        "severity": Severity.SEVERE,
        "urgency": Urgency.IMMEDIATE,
        "certainty_said": Certainty.OBSERVED,
        "confidence": 0.7,
        "evidence": evidence,
        "evidence_count": len(evidence),
        "independent_owners": len({piece.owner_id for piece in evidence}),
        "independent_texts": len({piece.content_cluster_id for piece in evidence}),
        "baseline": make_baseline(),
        "versions": Versions(analysis="1.0.0", rules="1", desk="1"),
        "latest_fetched_at": at(number + 5),
        "raised_at": at(number + 7),
        "revised_at": at(number + 7),
        "tlp": Tlp.AMBER,
    }
    return built(model, defaults, overrides)


def _signal_id(situation: Situation) -> str:
    first_day = situation.window_from_at.date()
    return signal_id(RULE_ID, situation.country, situation.target_group_id, None, first_day)
