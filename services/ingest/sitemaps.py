"""From the bytes of a sitemap to the pages it lists, or to the sitemaps that an index lists.

Only addresses of the sitemap's own registrable domain count: anybody can list another's
pages. Of a long sitemap the newest pages are taken.
"""

from __future__ import annotations

import re
import zlib
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urljoin

from services.ingest.dates import parse_date
from services.ingest.domains import registrable_domain
from services.ingest.feeds import MAX_ENTRIES, Feed, Fields, feed_of
from services.ingest.markup import NotAFeedError, local_name, read_xml, refuse_entities

GZIP = b"\x1f\x8b"
GZIP_WINDOW = 31
MAX_UNPACKED = 20 * 1024 * 1024
_UNDATED = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Sitemap:
    """Either pages, or other sitemaps with the times at which they last changed."""

    feed: Feed
    children: tuple[tuple[str, datetime | None], ...] = ()


def parse_sitemap(raw: bytes, url: str, pattern: str | None = None) -> Sitemap:
    """Return the sitemap in *raw*, fetched from *url*; NotAFeedError where it is none.

    *pattern* is a regular expression that the address of an article must contain.
    """
    raw = _unpacked(raw)
    refuse_entities(raw)
    root = read_xml(raw)
    kind = local_name(root)
    if kind not in {"urlset", "sitemapindex"}:
        raise NotAFeedError("it is no sitemap")
    home = registrable_domain(url)
    found = [one for one in map(_fields, root) if _is_ours(one, url, home)]
    found.sort(key=_newest_first, reverse=True)
    if kind == "sitemapindex":
        children = tuple((one["link"], parse_date(one.get("modified"))) for one in found)
        return Sitemap(Feed(entries=()), children)
    wanted = [one for one in found if pattern is None or re.search(pattern, one["link"])]
    return Sitemap(feed_of(wanted[:MAX_ENTRIES], url, total=len(wanted)))


def _unpacked(raw: bytes) -> bytes:
    """Return *raw* without the gzip of a `.xml.gz`, bounded."""
    if not raw.startswith(GZIP):
        return raw
    unpacker = zlib.decompressobj(GZIP_WINDOW)
    try:
        unpacked = unpacker.decompress(raw, MAX_UNPACKED)
    except zlib.error as error:
        raise NotAFeedError("it is no sitemap") from error
    if unpacker.unconsumed_tail:
        raise NotAFeedError(f"it unpacks to more than {MAX_UNPACKED // 1024 // 1024} MiB")
    return unpacked


def _fields(entry: Any) -> Fields:
    """Return the texts of one `url` or `sitemap` element, those of a news extension included."""
    fields: Fields = {}
    names = {
        "loc": "link",
        "lastmod": "modified",
        "title": "title",
        "publication_date": "published",
    }
    for element in entry.iter():
        name = names.get(local_name(element))
        # An image's own title and address come deeper and later than those of its page.
        if name and element.text and local_name(element.getparent()) in {"url", "sitemap", "news"}:
            fields.setdefault(name, element.text.strip())
    return fields


def _is_ours(fields: Fields, url: str, home: str) -> bool:
    """Make the address absolute, and tell whether it is of the sitemap's own domain."""
    try:
        fields["link"] = urljoin(url, fields["link"])
        return registrable_domain(fields["link"]) == home
    except (KeyError, ValueError):
        return False


def _newest_first(fields: Fields) -> datetime:
    dates = (parse_date(fields.get(name)) for name in ("published", "modified"))
    return next((date for date in dates if date is not None), _UNDATED)
