"""JSON Feed (versions 1 and 1.1), as the fields that other feeds have."""

from __future__ import annotations

import codecs
from typing import Any

import orjson

from services.ingest.markup import NotAFeedError

VERSION = "https://jsonfeed.org/version/"
_NAMES = {
    "id": "id",
    "title": "title",
    "date_published": "published",
    "date_modified": "updated",
    "summary": "summary",
    "content_text": "content",
    "content_html": "encoded",
}


def json_items(raw: bytes) -> list[dict[str, str]]:
    """Return the fields of each item; NotAFeedError where *raw* is another kind of document."""
    try:
        document = orjson.loads(raw.removeprefix(codecs.BOM_UTF8))
    except orjson.JSONDecodeError as error:
        raise NotAFeedError("it is neither XML nor JSON") from error
    version = document.get("version") if isinstance(document, dict) else None
    if not isinstance(version, str) or not version.startswith(VERSION):
        raise NotAFeedError("it is JSON, but no JSON Feed")
    items = document.get("items")
    return (
        [_fields(one) for one in items if isinstance(one, dict)] if isinstance(items, list) else []
    )


def _fields(item: dict[str, Any]) -> dict[str, str]:
    fields = {name: item[key] for key, name in _NAMES.items() if isinstance(item.get(key), str)}
    if isinstance(item.get("id"), int):  # the format asks for text; numbers are met anyway
        fields["id"] = str(item["id"])
    link = item.get("url") or item.get("external_url")
    return fields | {"link": link} if isinstance(link, str) else fields
