"""The twelve outlets as ingest's own configuration, and the exact addresses it may reach.

Written from the same table as the server, so that the two cannot disagree.
"""

import datetime as dt
from itertools import groupby
from pathlib import Path
from typing import Any

import yaml

from deploy.demo.press import PRESS, Outlet

SINCE = dt.date(2020, 1, 1)
FACT_SOURCE = "https://example.org/invented-for-the-demonstration"


def allowed_addresses(port: int) -> str:
    """Name the twelve addresses, and no other, for TOCSIN_INGEST_ALLOWED_ADDRESSES."""
    return ",".join(f"{outlet.address}:{port}" for outlet in PRESS)


def write_registry(folder: Path, port: int, period_seconds: int) -> None:
    """Write one YAML file a country into *folder*."""
    folder.mkdir(parents=True, exist_ok=True)
    for country, outlets in groupby(sorted(PRESS, key=lambda o: o.country), lambda o: o.country):
        document = {
            "country": country,
            "outlets": [describe_outlet(outlet, port, period_seconds) for outlet in outlets],
        }
        path = folder / f"{country.lower()}.yaml"
        path.write_text(yaml.safe_dump(document, allow_unicode=True, sort_keys=False), "utf-8")


def describe_outlet(outlet: Outlet, port: int, period_seconds: int) -> dict[str, Any]:
    """Describe one outlet in the schema of deploy/config/outlets/README.md."""
    owner = {
        "owner_id": outlet.owner_id,
        "owner_kind": outlet.owner_kind,
        "from_on": SINCE,
        "until_on": None,
        "source": FACT_SOURCE,
        "confidence": "high",
    }
    source = {
        "source_id": f"{outlet.outlet_id}-feed",
        "kind": "feed",
        "url": outlet.url(port, "/feed.xml"),
        "period_seconds": period_seconds,
        "enabled": True,
        "last_fetched_live": "not yet",
    }
    return {
        "outlet_id": outlet.outlet_id,
        "name": outlet.name,
        "medium": outlet.medium,
        "base": outlet.base,
        "languages": list(outlet.languages),
        "ownership": {"owner": [owner], "control": []},
        "sources": [source],
    }
