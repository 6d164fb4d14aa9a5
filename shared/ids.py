"""Names that anyone can compute again from the facts alone.

They are why doing a thing twice changes nothing the second time. Changing how one of them is made
orphans every record stored under the old name.
"""

from datetime import date
from hashlib import sha256
from uuid import UUID, uuid5

from shared.urls import InvalidUrlError, normalise_url

__all__ = [
    "InvalidUrlError",
    "analysis_id",
    "event_id",
    "item_id",
    "match_id",
    "native_item_id",
    "normalise_url",
    "signal_id",
    "text_sha256",
]

TOCSIN_NAMESPACE = UUID("6f0e4c52-7f1b-5d0a-9c3e-2b8a41d7e960")
ITEM_ID_LENGTH = 32  # 128 bits: as good as a UUID, and usable as the namespace of one


def text_sha256(text: str) -> str:
    """Return the hex SHA-256 of the UTF-8 text; a lone surrogate raises UnicodeEncodeError."""
    return sha256(text.encode()).hexdigest()


def item_id(final_url: str) -> str:
    """Return the id of what stands at `final_url`, which is the address after all redirects."""
    return text_sha256(normalise_url(final_url))[:ITEM_ID_LENGTH]


def native_item_id(source_id: str, native_id: str) -> str:
    """Return the id of an item without an address, such as a broadcast or a submitted scan."""
    return text_sha256(f"native\n{source_id}\n{native_id}")[:ITEM_ID_LENGTH]


def analysis_id(item_id: str, revision: int, analysis_version: str) -> str:
    """Return the id of the reading of one revision by one version of the analysis."""
    return str(uuid5(UUID(item_id), f"{revision}|{analysis_version}"))


def match_id(
    item_id: str,
    revision: int,
    indicator: str,
    target_group_id: str | None,
    field: str,
    start: int,
    end: int,
) -> str:
    """Return the id of an indicator at a place in the text, whichever rule or version found it.

    A verdict of a reader refers to it and so survives every later analysis of the same text.
    """
    name = f"{revision}|{indicator}|{target_group_id or ''}|{field}|{start}|{end}"
    return str(uuid5(UUID(item_id), name))


def signal_id(
    rule_id: str,
    country: str,
    target_group_id: str | None,
    story_id: str | None,
    first_window: date,
) -> str:
    """Return the id of a situation: `first_window` is the UTC day (or instant) its window began."""
    parts = (rule_id, country, target_group_id or "", story_id or "", first_window.isoformat())
    return str(uuid5(TOCSIN_NAMESPACE, "|".join(parts)))


def event_id(event_type: str, subject: str, sequence: int | str) -> str:
    """Return the CloudEvents id of a fact: equal for each publication of the same fact."""
    return str(uuid5(TOCSIN_NAMESPACE, f"{event_type}|{subject}|{sequence}"))
