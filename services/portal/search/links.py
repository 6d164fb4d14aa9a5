"""Addresses of the same search, seen in another way."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from services.portal.search.request import SearchRequest


def address(path: str, asked: SearchRequest, **changes: Any) -> str:
    """Return *path* with the search's parameters, less its place, and with *changes*."""
    kept = asked.model_dump(mode="json", exclude_defaults=True, exclude={"cursor"})
    query = {name: value for name, value in (kept | changes).items() if value is not None}
    return f"{path}?{urlencode(query, doseq=True)}" if query else path
