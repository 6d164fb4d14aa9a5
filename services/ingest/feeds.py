"""From the bytes of an RSS, Atom, RDF or JSON feed to its entries.

lxml, hardened, reads what is well-formed (twenty times faster); feedparser reads the
rest. Both run in the sandbox. An entry is identified by its address: ids of feeds are
reused, changed and left out, and therefore only kept as a note.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any
from urllib.parse import urljoin

import feedparser
from lxml import etree

from services.ingest.dates import parse_date
from services.ingest.json_feed import json_items
from services.ingest.markup import NotAFeedError, local_name, read_xml, refuse_entities
from services.ingest.text import clean_line, strip_markup

MAX_ENTRIES = 1_000
MAX_ADDRESS = 2_000
MAX_NATIVE_ID = 200
WEB = ("http://", "https://")

_ENTRY_NAMES = frozenset({"item", "entry"})
_DATE_NAMES = ("published", "pubdate", "date", "issued")
_DIGESTED = ("title", "updated", "modified", "summary", "description", "content", "encoded")


Fields = dict[str, str]  # an entry's texts by local name


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of a feed; `digest` changes when what the feed says of the page changes."""

    url: str
    native_id: str | None
    title: str | None
    published_at: datetime | None
    digest: str


@dataclass(frozen=True, slots=True)
class Feed:
    """The entries with an address, and how many had none or were beyond the limit."""

    entries: tuple[Entry, ...]
    without_address: int = 0
    beyond_limit: int = 0


def parse_feed(raw: bytes, url: str, content_type: str = "") -> Feed:
    """Return the feed in *raw*, fetched from *url*; NotAFeedError where it is none."""
    refuse_entities(raw)
    if raw.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] == b"{":
        return feed_of(json_items(raw), url)
    try:
        found, total = _lxml_entries(raw)
    except (etree.XMLSyntaxError, NotAFeedError):
        found, total = _feedparser_entries(raw, url, content_type)
    return feed_of(found, url, total)


def feed_of(found: list[Fields], url: str, total: int | None = None) -> Feed:
    """Return the feed of the entries *found* at *url*; *total* is how many there were."""
    total = len(found) if total is None else total
    found = found[:MAX_ENTRIES]
    entries = [_entry(fields, url) for fields in found]
    usable = {entry.url: entry for entry in reversed(entries) if entry is not None}
    return Feed(
        entries=tuple(reversed(usable.values())),
        without_address=entries.count(None),
        beyond_limit=total - len(found),
    )


def _lxml_entries(raw: bytes) -> tuple[list[Fields], int]:
    """Return the fields of the first entries, and how many entries there are."""
    root = read_xml(raw)
    if local_name(root) not in {"rss", "feed", "rdf"}:
        raise NotAFeedError("its root is not that of a feed")
    elements = [one for one in root.iter(etree.Element) if local_name(one) in _ENTRY_NAMES]
    return [_fields(one) for one in elements[:MAX_ENTRIES]], len(elements)


def _fields(entry: Any) -> Fields:
    """Return the children's texts by local name in lower case; the first of a name counts."""
    fields: Fields = {}
    for child in entry:
        name = local_name(child)
        if name == "link":
            _take_link(fields, child)
        elif name == "guid":
            fields.setdefault("id", "".join(child.itertext()))
            if child.get("isPermaLink", "true").lower() == "true":
                fields.setdefault("permalink", "".join(child.itertext()))
        else:
            fields.setdefault(name, "".join(child.itertext()))
    return fields


def _take_link(fields: Fields, link: Any) -> None:
    """Keep RSS's link text, or Atom's alternate link."""
    address = link.get("href") or (link.text or "")
    if address.strip() and link.get("rel", "alternate") == "alternate":
        fields.setdefault("link", address)


def _feedparser_entries(raw: bytes, url: str, content_type: str) -> tuple[list[Fields], int]:
    headers = {"content-location": url, "content-type": content_type}
    document = feedparser.parse(raw, response_headers=headers, sanitize_html=False)
    if not document.get("version"):
        raise NotAFeedError("it is not RSS, Atom or RDF")
    names = ("link", "id", "title", "published", "updated", "summary")
    found = [
        {name: str(entry[name]) for name in names if entry.get(name)}
        for entry in document.entries[:MAX_ENTRIES]
    ]
    return found, len(document.entries)


def _entry(fields: Fields, base: str) -> Entry | None:
    address = _address(fields, base)
    if address is None:
        return None
    described = "\n".join(fields.get(name, "") for name in _DIGESTED)
    native_id = clean_line(fields.get("id"))
    dates = (parse_date(fields.get(name)) for name in (*_DATE_NAMES, "updated"))
    return Entry(
        url=address,
        native_id=native_id[:MAX_NATIVE_ID] if native_id else None,
        title=strip_markup(fields.get("title")),
        published_at=next((date for date in dates if date is not None), None),
        digest=sha256(described.encode("utf-8", "replace")).hexdigest()[:32],
    )


def _address(fields: Fields, base: str) -> str | None:
    """Return the entry's web address; links to scripts and the like are none."""
    for name in ("link", "permalink", "id"):
        given = fields.get(name, "").strip()
        if name == "id" and not given.startswith(WEB):
            continue  # an opaque id, not an address relative to the feed's
        try:
            address = urljoin(base, given) if given else ""
        except ValueError:
            continue
        if address.startswith(WEB):
            return address.partition("#")[0] if len(address) <= MAX_ADDRESS else None
    return None
