"""Which address a page may claim as its own.

A page's `rel=canonical` is believed on the same registrable domain only: otherwise any
page could write a new wording of another outlet's article.
"""

from __future__ import annotations

from urllib.parse import urlsplit

from tld import get_fld


def registrable_domain(url: str) -> str:
    """Return the domain that somebody registered, or for an IP address or a bare name that."""
    host = (urlsplit(url).hostname or "").rstrip(".").lower()
    return get_fld(f"https://{host}", fail_silently=True) or host


def honoured_canonical(final_url: str, canonical_url: str | None) -> str | None:
    """Return *canonical_url* where the page at *final_url* may claim it, else None."""
    if canonical_url is None:
        return None
    try:
        is_same = registrable_domain(canonical_url) == registrable_domain(final_url)
    except ValueError:
        return None
    is_root = urlsplit(canonical_url).path in {"", "/"} and not urlsplit(canonical_url).query
    return canonical_url if is_same and not is_root else None
