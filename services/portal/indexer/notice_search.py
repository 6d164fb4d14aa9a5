"""From a signal or an alert to what its indices hold of it."""

from __future__ import annotations

from services.portal.indexer.notices import signal_visibility
from shared.events import ReleaseState, SignalStatus
from shared.mongo import Document

# Numbers sort; words do not. Larger is more severe.
SEVERITY_RANKS = {"extreme": 4, "severe": 3, "moderate": 2, "minor": 1, "unknown": 0}


def notice_document(document: Document) -> Document:
    """Return the form that the indices of signals and of alerts share."""
    fact = document["fact"]
    return signal_visibility(fact).fields() | _what(fact) | _how_much(fact) | _when(fact)


def public_document(document: Document) -> Document:
    """Return what the public index holds of an alert: nothing but its id unless released to all.

    A withdrawn alert stays shown, as withdrawn: whoever read it must be able to learn that.
    """
    fact = document["fact"]
    if fact["release"]["state"] != ReleaseState.PUBLIC or fact["tlp"] != "clear":
        return {"signal_id": fact["signal_id"], "shown": False}
    return {
        "signal_id": fact["signal_id"],
        "shown": True,
        "status": fact["status"],
        "country": fact["situation"]["country"],
        "severity": fact["severity"],
        "revised_at": fact["revised_at"],
        "embargo_until_at": fact["embargo_until_at"],
        "alert": _public(fact),
    }


def _public(fact: Document) -> Document:
    """Return the fields that a public page shows: no names of people, no internal sums."""
    shown = ("signal_id", "status", "severity", "urgency", "certainty_said", "exercise")
    withdrawn = fact["status"] == SignalStatus.WITHDRAWN
    evidence = [] if withdrawn else fact["evidence"]
    return {name: fact[name] for name in shown} | {
        "situation": fact["situation"],
        "evidence_count": fact["evidence_count"],
        "independent_owners": fact["independent_owners"],
        "raised_at": fact["raised_at"],
        "revised_at": fact["revised_at"],
        "correction_reason": fact["correction_reason"],
        "evidence": [
            {name: one[name] for name in ("outlet_id", "owner_kind", "event_at", "url", "quote")}
            for one in evidence
        ],
    }


def _what(fact: Document) -> Document:
    situation = fact["situation"]
    return {
        "signal_id": fact["signal_id"],
        "revision": fact["revision"],
        "status": fact["status"],
        "change": fact["change"],
        "rule_id": fact["rule"]["rule_id"],
        "rule_kind": fact["rule"]["kind"],
        "country": situation["country"],
        "target_group_id": situation["target_group_id"],
        "indicators": situation["indicators"],
        "tlp": fact["tlp"],
        "release_state": fact["release"]["state"],
        "approvals": len(fact["release"]["approvals"]),
        "exercise": fact["exercise"],
    }


def _how_much(fact: Document) -> Document:
    return {
        "severity": fact["severity"],
        "severity_rank": SEVERITY_RANKS.get(fact["severity"], 0),
        "urgency": fact["urgency"],
        "confidence": fact["confidence"],
        "evidence_count": fact["evidence_count"],
        "independent_owners": fact["independent_owners"],
        "independent_texts": fact["independent_texts"],
        "observed": fact["baseline"]["observed"],
        "expected": fact["baseline"]["expected"],
    }


def _when(fact: Document) -> Document:
    return {
        "window_from_at": fact["situation"]["window_from_at"],
        "window_to_at": fact["situation"]["window_to_at"],
        "raised_at": fact["raised_at"],
        "revised_at": fact["revised_at"],
        "late": fact["late_by_seconds"] is not None,
    }
