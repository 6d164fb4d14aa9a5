"""The shape of every index the portal keeps. `dynamic: strict`: an unknown field is refused.

A change here is a new version in `INDICES`, a reindex and an alias swap; old and new
indices stand side by side meanwhile.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from services.portal.indexer.analyzers import FIELDS, analysis_settings

KEYWORD = {"type": "keyword", "ignore_above": 1024}
SHOWN_ONLY = {"type": "keyword", "index": False, "doc_values": False}
STORED_ONLY = {"type": "object", "enabled": False}
FLAG = {"type": "boolean"}
NUMBER = {"type": "integer"}
TIME = {"type": "date"}
# The beginnings of words that a search may ask for without being expensive.
PREFIXES = {"min_chars": 2, "max_chars": 10}

VISIBILITY: dict[str, Any] = {"countries": KEYWORD, "restricted": FLAG, "removed": FLAG}


@dataclass(frozen=True, slots=True)
class Index:
    """One index: its subject, the version of its mapping, and its fields."""

    subject: str
    version: int
    properties: dict[str, Any]

    @property
    def mappings(self) -> dict[str, Any]:
        """Return the mapping as the engine takes it."""
        return {"dynamic": "strict", "properties": self.properties}

    @property
    def settings(self) -> dict[str, Any]:
        """Return the settings; one shard holds some 50 GB, far above a country's media."""
        return {
            "number_of_shards": 1,
            "auto_expand_replicas": "0-1",
            "refresh_interval": "2s",
            "analysis": analysis_settings(),
        }


def _texts() -> dict[str, Any]:
    """Return title and text by language: each item fills the two fields of its own."""
    fields: dict[str, Any] = {}
    for language in FIELDS:
        analyzer = f"text_{language}"
        fields[f"title_{language}"] = {
            "type": "text",
            "analyzer": analyzer,
            "index_prefixes": PREFIXES,
        }
        # Offsets in the index let highlighting read a long text without analysing it again.
        fields[f"text_{language}"] = {
            "type": "text",
            "analyzer": analyzer,
            "index_options": "offsets",
            "index_prefixes": PREFIXES,
        }
    return fields


ITEMS = Index(
    "items",
    2,
    VISIBILITY
    | _texts()
    | {
        "item_id": KEYWORD,
        "revision": NUMBER,
        "title": SHOWN_ONLY,
        "lead": SHOWN_ONLY,
        "url": SHOWN_ONLY,
        "passages": STORED_ONLY,
        "outlet_id": KEYWORD,
        "outlet_name": KEYWORD,
        "country": KEYWORD,
        "incident_countries": KEYWORD,
        "owner_id": KEYWORD,
        "owner_kind": KEYWORD,
        "controlled_by": KEYWORD,
        "base": KEYWORD,
        "medium": KEYWORD,
        "language": KEYWORD,
        "readable": FLAG,
        "source_kind": KEYWORD,
        "heard": KEYWORD,
        "collection": KEYWORD,
        "event_at": TIME,
        "event_at_source": KEYWORD,
        "date_disputed": FLAG,
        "fetched_at": TIME,
        "score": {"type": "float"},
        "indicators": KEYWORD,
        "risk_factors": NUMBER,
        "hallmarks": KEYWORD,
        "target_groups": KEYWORD,
        "actors": KEYWORD,
        "places": KEYWORD,
        "match_keys": KEYWORD,
        "match_count": NUMBER,
        "content_cluster_id": KEYWORD,
        "exact_of": KEYWORD,
        "signal_ids": KEYWORD,
        "verdict": KEYWORD,
    },
)

NOTICE: dict[str, Any] = VISIBILITY | {
    "signal_id": KEYWORD,
    "revision": NUMBER,
    "status": KEYWORD,
    "change": KEYWORD,
    "rule_id": KEYWORD,
    "rule_kind": KEYWORD,
    "country": KEYWORD,
    "target_group_id": KEYWORD,
    "indicators": KEYWORD,
    "severity": KEYWORD,
    "severity_rank": NUMBER,
    "urgency": KEYWORD,
    "confidence": {"type": "float"},
    "exercise": FLAG,
    "late": FLAG,
    "evidence_count": NUMBER,
    "independent_owners": NUMBER,
    "independent_texts": NUMBER,
    "observed": {"type": "float"},
    "expected": {"type": "float"},
    "window_from_at": TIME,
    "window_to_at": TIME,
    "raised_at": TIME,
    "revised_at": TIME,
    "tlp": KEYWORD,
    "release_state": KEYWORD,
    "approvals": NUMBER,
}

SIGNALS = Index("signals", 1, NOTICE)
ALERTS = Index("alerts", 1, NOTICE)
# Holds what a public page shows, and nothing that a release did not put there.
PUBLIC_ALERTS = Index(
    "public-alerts",
    1,
    {
        "signal_id": KEYWORD,
        "shown": FLAG,
        "status": KEYWORD,
        "country": KEYWORD,
        "severity": KEYWORD,
        "revised_at": TIME,
        "embargo_until_at": TIME,
        "alert": STORED_ONLY,
    },
)

# Weekly reports of the desks, by the words of their last edition.
REPORTS = Index(
    "reports",
    1,
    VISIBILITY
    | _texts()
    | {
        "report_id": KEYWORD,
        "country": KEYWORD,
        "week": KEYWORD,
        "published_on": TIME,
        "published_at": TIME,
        "edition": NUMBER,
        "corrected": FLAG,
        "topics": SHOWN_ONLY,
        "entries": NUMBER,
    },
)

INDICES = (ITEMS, SIGNALS, ALERTS, PUBLIC_ALERTS, REPORTS)
