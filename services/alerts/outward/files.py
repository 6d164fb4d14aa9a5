"""Alerts as files that any web server can serve: Atom, CAP and STIX.

`public/` holds what was released to everybody, `partners/` all that was released. Each file is
replaced whole, so a reader never meets a half one.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

from services.alerts.outward.atom import feed_of
from services.alerts.outward.cap import Issuer, cap_of, identifier_of
from services.alerts.outward.stix import bundle_of
from shared.events import AlertReleased, ReleaseState, Severity


def write_files(root: Path, alerts: Sequence[AlertReleased], issuer: Issuer) -> None:
    """Write what follows from all revisions that left, in the order of their revisions."""
    public = [one for one in alerts if one.release.state is ReleaseState.PUBLIC]
    for side, shown in (("public", public), ("partners", alerts)):
        for number, alert in enumerate(shown):
            earlier = [one for one in shown[:number] if one.signal_id == alert.signal_id]
            name = identifier_of(alert)
            _replace(root / side / "cap" / f"{name}.xml", cap_of(alert, issuer, earlier))
            bundle = json.dumps(bundle_of(alert, issuer.sender), ensure_ascii=False, indent=1)
            _replace(root / side / "stix" / f"{name}.json", bundle.encode())
    for name, feed in _feeds(public, issuer).items():
        _replace(root / "public" / "atom" / f"{name}.atom", feed)


def _feeds(public: Sequence[AlertReleased], issuer: Issuer) -> dict[str, bytes]:
    feeds = {"all": feed_of(public, f"tag:{issuer.sender},2026:alerts")}
    for country in sorted({one.situation.country for one in public}):
        address = f"tag:{issuer.sender},2026:alerts:{country}"
        feeds[country] = feed_of(public, address, country=country)
        for severity in Severity:
            feeds[f"{country}-{severity}"] = feed_of(
                public, f"{address}:{severity}", country=country, severity=severity
            )
    return feeds


def _replace(path: Path, data: bytes) -> None:
    if path.exists() and path.read_bytes() == data:
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_suffix(path.suffix + ".new")
    fresh.write_bytes(data)
    fresh.replace(path)
