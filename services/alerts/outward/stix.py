"""An alert as a STIX 2.1 bundle: who says it, where, and a report with what was said.

All ids follow from the alert, so that a receiver who takes a bundle twice has it once.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from uuid import uuid5

from services.alerts.outward.wording import headline_of, lines_of, passages_of
from shared.events import AlertReleased, SignalStatus
from shared.ids import TOCSIN_NAMESPACE

SPECIFICATION = "2.1"
CENTURY_BEGAN = datetime(2000, 1, 1, tzinfo=UTC)  # an identity has to have begun at some time
# The two markings of TLP 2.0 under which anything leaves, as a STIX 2.1 statement.
MARKED_SINCE = datetime(2022, 10, 1, tzinfo=UTC)


def bundle_of(alert: AlertReleased, sender: str) -> dict[str, Any]:
    """Return the bundle of one revision of an alert."""
    identity = _object("identity", sender, CENTURY_BEGAN, CENTURY_BEGAN) | {
        "name": sender,
        "identity_class": "organization",
    }
    marking = _marking(alert)
    made = {"created_by_ref": identity["id"], "object_marking_refs": [marking["id"]]}
    location = _timed("location", alert.situation.country, alert) | made
    location["country"] = alert.situation.country
    note = _timed("note", f"{alert.signal_id}|passages", alert) | made
    note["content"] = "\n".join(passages_of(alert)) or "No passage is shown."
    note["object_refs"] = [location["id"]]
    report = _report(alert) | made
    report["object_refs"] = [location["id"], note["id"]]
    objects = [identity, marking, location, note, report]
    name = f"{alert.signal_id}|{alert.revision}"
    return {"type": "bundle", "id": _id("bundle", name), "objects": objects}


def _report(alert: AlertReleased) -> dict[str, Any]:
    labels = [f"un-faac:{one}" for one in alert.situation.indicators]
    return _timed("report", alert.signal_id, alert) | {
        "name": headline_of(alert),
        "description": "\n".join(lines_of(alert)),
        "report_types": ["threat-report"],
        "published": _time(alert.raised_at),
        "revoked": alert.status is SignalStatus.WITHDRAWN,
        "labels": [*labels, f"severity:{alert.severity}"],
        "confidence": round(100 * alert.confidence),
    }


def _marking(alert: AlertReleased) -> dict[str, Any]:
    name = f"TLP:{alert.tlp.upper()}"
    return {
        "type": "marking-definition",
        "spec_version": SPECIFICATION,
        "id": _id("marking-definition", name),
        "created": _time(MARKED_SINCE),
        "definition_type": "statement",
        "definition": {"statement": name},
    }


def _timed(kind: str, name: str, alert: AlertReleased) -> dict[str, Any]:
    return _object(kind, name, alert.raised_at, alert.revised_at)


def _object(kind: str, name: str, created: datetime, modified: datetime) -> dict[str, Any]:
    return {
        "type": kind,
        "spec_version": SPECIFICATION,
        "id": _id(kind, name),
        "created": _time(created),
        "modified": _time(modified),
    }


def _id(kind: str, name: str) -> str:
    return f"{kind}--{uuid5(TOCSIN_NAMESPACE, f'stix|{kind}|{name}')}"


def _time(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
