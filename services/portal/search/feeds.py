"""A search as an Atom or RSS feed; made as XML trees, so that no text can become markup."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import format_datetime

from lxml import etree

from services.portal.search.model import Hit

ATOM = "http://www.w3.org/2005/Atom"
ATOM_TYPE, RSS_TYPE = "application/atom+xml", "application/rss+xml"
# What XML 1.0 cannot hold, in any form.
_UNSAYABLE = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry of an Atom feed."""

    id: str
    title: str
    address: str
    updated_at: datetime
    published_at: datetime
    author: str
    summary: str


def as_atom(title: str, address: str, origin: str, hits: Sequence[Hit], now: datetime) -> bytes:
    """Return the newest results as Atom."""
    entries = [
        Entry(
            id=f"urn:tocsin:item:{one.item_id}",
            title=one.title or "Without a title",
            address=f"{origin}/items/{one.item_id}",
            updated_at=one.fetched_at,
            published_at=one.event_at,
            author=one.outlet_name,
            summary=_summary(one),
        )
        for one in hits
    ]
    return atom(title, address, entries, now)


def atom(title: str, address: str, entries: Sequence[Entry], now: datetime) -> bytes:
    """Return an Atom feed of *entries*."""
    feed = etree.Element(f"{{{ATOM}}}feed", nsmap={None: ATOM})
    updated = max((one.updated_at for one in entries), default=now)
    _add(feed, "title", title)
    _add(feed, "id", address)
    _add(feed, "updated", _time(updated))
    etree.SubElement(feed, f"{{{ATOM}}}link", rel="self", href=address)
    for one in entries:
        entry = etree.SubElement(feed, f"{{{ATOM}}}entry")
        _add(entry, "title", one.title)
        _add(entry, "id", one.id)
        _add(entry, "updated", _time(one.updated_at))
        _add(entry, "published", _time(one.published_at))
        etree.SubElement(entry, f"{{{ATOM}}}link", href=one.address)
        _add(etree.SubElement(entry, f"{{{ATOM}}}author"), "name", one.author)
        _add(entry, "summary", one.summary)
    return bytes(etree.tostring(feed, xml_declaration=True, encoding="utf-8"))


def as_rss(title: str, address: str, origin: str, hits: Sequence[Hit]) -> bytes:
    """Return the newest results as RSS 2.0."""
    rss = etree.Element("rss", version="2.0")
    channel = etree.SubElement(rss, "channel")
    for name, text in (("title", title), ("link", address), ("description", title)):
        etree.SubElement(channel, name).text = _clean(text)
    for one in hits:
        item = etree.SubElement(channel, "item")
        for name, text in (
            ("title", one.title or "Without a title"),
            ("link", f"{origin}/items/{one.item_id}"),
            ("pubDate", format_datetime(one.event_at.astimezone(UTC), usegmt=True)),
            ("description", _summary(one)),
        ):
            etree.SubElement(item, name).text = _clean(text)
        guid = etree.SubElement(item, "guid", isPermaLink="false")
        guid.text = one.item_id
    return bytes(etree.tostring(rss, xml_declaration=True, encoding="utf-8"))


def _summary(one: Hit) -> str:
    codes = f" May match UN {', UN '.join(one.indicators)}." if one.indicators else ""
    return f"{one.outlet_name} ({one.owner_kind}, {one.country}).{codes} {one.lead}"


def _time(at: datetime) -> str:
    return at.astimezone(UTC).isoformat()


def _add(parent: etree._Element, name: str, text: str) -> None:
    etree.SubElement(parent, f"{{{ATOM}}}{name}").text = _clean(text)


def _clean(text: str) -> str:
    return _UNSAYABLE.sub("\ufffd", text)
