"""An alert as a message of the Common Alerting Protocol 1.2 of OASIS.

The schema refuses a `Z` in times, and does not ask for the restriction and the addresses that the
standard demands with a narrower scope; both are seen to here.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from lxml import etree

from services.alerts.outward.wording import headline_of, lines_of
from shared.events import AlertReleased, Certainty, Evidence, Place, ReleaseState, SignalStatus

NAMESPACE = "urn:oasis:names:tc:emergency:cap:1.2"
EVENT = "Possible indicators of atrocity crimes in domestic media"
RESTRICTION = "For the partners to whom it was released; see the marking."
ENDED = frozenset({SignalStatus.WITHDRAWN, SignalStatus.CLOSED})
NOT_IN_XML = "\ufffe\uffff"
DIGESTS = 20  # of captures, so that a message stays of a size that receivers take


@dataclass(frozen=True, slots=True)
class Issuer:
    """Who sends: the name by which receivers know this installation."""

    sender: str
    exercise: bool = False


def cap_of(alert: AlertReleased, issuer: Issuer, earlier: Sequence[AlertReleased] = ()) -> bytes:
    """Return the message; `earlier` are the revisions that it updates or cancels."""
    root = etree.Element(f"{{{NAMESPACE}}}alert", nsmap={None: NAMESPACE})
    _put(root, "identifier", identifier_of(alert))
    _put(root, "sender", issuer.sender)
    _put(root, "sent", time_of(alert.revised_at))
    _put(root, "status", _status(alert, issuer))
    _put(root, "msgType", _kind(alert, earlier))
    public = alert.release.state is ReleaseState.PUBLIC
    _put(root, "scope", "Public" if public else "Restricted")
    if not public:
        _put(root, "restriction", RESTRICTION)
    _put(root, "code", f"TLP:{alert.tlp.upper()}")
    if alert.correction_reason:
        _put(root, "note", alert.correction_reason)
    if earlier:
        _put(root, "references", " ".join(_reference(one, issuer) for one in earlier))
    _info(root, alert)
    return bytes(etree.tostring(root, xml_declaration=True, encoding="utf-8", pretty_print=True))


def identifier_of(alert: AlertReleased) -> str:
    """Return the name of one revision; CAP allows neither spaces nor commas in it."""
    return f"{alert.signal_id}.{alert.revision}"


def time_of(at: datetime) -> str:
    """Return a time as the schema wants it: whole seconds, and an offset in digits."""
    return at.astimezone(UTC).isoformat(timespec="seconds")


def _status(alert: AlertReleased, issuer: Issuer) -> str:
    if alert.release.state not in (ReleaseState.PARTNERS, ReleaseState.PUBLIC):
        return "Draft"
    return "Exercise" if alert.exercise or issuer.exercise else "Actual"


def _kind(alert: AlertReleased, earlier: Sequence[AlertReleased]) -> str:
    if alert.status is SignalStatus.WITHDRAWN and earlier:
        return "Cancel"
    return "Update" if earlier else "Alert"


def _reference(one: AlertReleased, issuer: Issuer) -> str:
    return f"{issuer.sender},{identifier_of(one)},{time_of(one.revised_at)}"


def _info(root: etree._Element, alert: AlertReleased) -> None:
    info = etree.SubElement(root, f"{{{NAMESPACE}}}info")
    _put(info, "language", "en")
    _put(info, "category", "Security")
    _put(info, "event", EVENT)
    _put(info, "responseType", "AllClear" if alert.status in ENDED else "Assess")
    _put(info, "urgency", alert.urgency.capitalize())
    _put(info, "severity", alert.severity.capitalize())
    # CAP's certainty is of the event, which is harm; that it was said is a parameter below.
    _put(info, "certainty", (alert.certainty_harm or Certainty.UNKNOWN).capitalize())
    _pairs(info, "eventCode", (("un-faac", one) for one in alert.situation.indicators))
    _put(info, "headline", headline_of(alert))
    _put(info, "description", "\n".join(lines_of(alert)))
    _pairs(info, "parameter", _parameters(alert))
    _area(info, alert)


def _parameters(alert: AlertReleased) -> Iterable[tuple[str, str]]:
    yield "certainty-said", str(alert.certainty_said)
    yield "signal", alert.signal_id
    yield "revision", str(alert.revision)
    yield "rule", f"{alert.rule.rule_id} version {alert.rule.version}"
    yield "versions", f"analysis {alert.versions.analysis}; rules {alert.versions.rules}"
    yield from (("evidence-sha256", digest) for digest in _digests(alert.evidence))


def _digests(evidence: Iterable[Evidence]) -> list[str]:
    return sorted({one.raw_sha256 for one in evidence})[:DIGESTS]


def _area(info: etree._Element, alert: AlertReleased) -> None:
    area = etree.SubElement(info, f"{{{NAMESPACE}}}area")
    country = alert.situation.country
    names = [place.name for place in alert.places]
    _put(area, "areaDesc", f"{country}: {', '.join(names)}" if names else country)
    for circle in map(_circle, alert.places):
        if circle:
            _put(area, "circle", circle)
    _pairs(area, "geocode", [("ISO 3166-1", country)])


def _circle(place: Place) -> str | None:
    """Return a point as CAP has it, a circle without a radius."""
    known = place.lat is not None and place.lon is not None
    return f"{place.lat:.4f},{place.lon:.4f} 0" if known else None


def _pairs(parent: etree._Element, name: str, pairs: Iterable[tuple[str, str]]) -> None:
    for key, value in pairs:
        pair = etree.SubElement(parent, f"{{{NAMESPACE}}}{name}")
        _put(pair, "valueName", key)
        _put(pair, "value", value)


def _put(parent: etree._Element, name: str, text: str) -> None:
    etree.SubElement(parent, f"{{{NAMESPACE}}}{name}").text = printable(text)


def printable(text: str) -> str:
    """Leave out the characters that XML cannot hold, which a hostile page may well contain."""
    return "".join(one for one in text if one in "\t\n" or (one >= " " and one not in NOT_IN_XML))
