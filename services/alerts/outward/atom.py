"""Alerts as Atom feeds (RFC 4287), by country and severity: the newest revision of each."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime

from lxml import etree

from services.alerts.outward.cap import printable
from services.alerts.outward.wording import headline_of, lines_of
from shared.events import AlertReleased, ReleaseState, Severity

NAMESPACE = "http://www.w3.org/2005/Atom"
EMPTY_SINCE = datetime(2000, 1, 1, tzinfo=UTC)  # a feed must say when it was updated


def feed_of(
    alerts: Iterable[AlertReleased],
    address: str,
    *,
    country: str | None = None,
    severity: Severity | None = None,
) -> bytes:
    """Return the feed of what everybody may read; `address` is where it is published.

    Only what was released to the public is in it. A withdrawn alert stays, and says so.
    """
    newest: dict[str, AlertReleased] = {}
    for alert in sorted(alerts, key=lambda one: one.revision):
        newest[alert.signal_id] = alert
    chosen = [
        one
        for one in newest.values()
        if one.release.state is ReleaseState.PUBLIC
        and country in (None, one.situation.country)
        and severity in (None, one.severity)
    ]
    chosen.sort(key=lambda one: (one.revised_at, one.signal_id), reverse=True)
    root = etree.Element(f"{{{NAMESPACE}}}feed", nsmap={None: NAMESPACE})
    _put(root, "id", address)
    _put(root, "title", " ".join(["Tocsin alerts", *filter(None, [country, severity])]))
    _put(root, "updated", _time(chosen[0].revised_at if chosen else EMPTY_SINCE))
    etree.SubElement(root, f"{{{NAMESPACE}}}link", rel="self", href=address)
    _put(etree.SubElement(root, f"{{{NAMESPACE}}}author"), "name", "Tocsin")
    for alert in chosen:
        _entry(root, alert)
    return bytes(etree.tostring(root, xml_declaration=True, encoding="utf-8", pretty_print=True))


def _entry(root: etree._Element, alert: AlertReleased) -> None:
    entry = etree.SubElement(root, f"{{{NAMESPACE}}}entry")
    _put(entry, "id", f"urn:uuid:{alert.signal_id}")
    _put(entry, "title", headline_of(alert))
    _put(entry, "updated", _time(alert.revised_at))
    _put(entry, "published", _time(alert.raised_at))
    etree.SubElement(entry, f"{{{NAMESPACE}}}category", term=alert.situation.country)
    etree.SubElement(entry, f"{{{NAMESPACE}}}category", term=str(alert.severity))
    _put(entry, "summary", "\n".join(lines_of(alert)))


def _put(parent: etree._Element, name: str, text: str) -> None:
    etree.SubElement(parent, f"{{{NAMESPACE}}}{name}").text = printable(text)


def _time(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
