"""The registry as OPML 2.0, the form in which feed readers exchange their lists.

What OPML has no word for is in one attribute of a namespace of ours, so that reading what
was written gives the same outlets. A list of another program has names and addresses
alone: its outlets get unknown facts, and none is polled before a person has looked at it.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from hashlib import sha256
from typing import Any

import orjson
from lxml import etree
from pydantic import ValidationError

from services.ingest.markup import NotAFeedError, read_xml, refuse_entities
from services.ingest.registry import RegisteredOutlet
from services.ingest.registry_file import Given
from services.ingest.registry_text import outlet_fields
from shared.errors import ConfigurationError
from shared.events import SourceKind

NAMESPACE = "https://tocsin.invalid/outlets/1"  # a name, not an address
FACTS = f"{{{NAMESPACE}}}outlet"
PERIOD_SECONDS = 1_800


def outlines_text(outlets: Sequence[RegisteredOutlet]) -> str:
    """Return *outlets* as OPML, each with its feeds inside."""
    root = etree.Element("opml", version="2.0", nsmap={"tocsin": NAMESPACE})
    head = etree.SubElement(root, "head")
    etree.SubElement(head, "title").text = "Outlets"
    body = etree.SubElement(root, "body")
    for outlet in outlets:
        fields = {"country": outlet.country, **outlet_fields(outlet)}
        element = etree.SubElement(body, "outline", text=outlet.name)
        element.set(FACTS, orjson.dumps(fields).decode())
        for source in outlet.sources:
            kind = {"type": "rss", "xmlUrl": source.url} if source.kind == SourceKind.FEED else {}
            etree.SubElement(element, "outline", text=source.source_id, **kind)
    text: bytes = etree.tostring(root, pretty_print=True, xml_declaration=True, encoding="UTF-8")
    return text.decode()


def read_outlines(name: str, text: str, country: str | None) -> list[Given]:
    """Return the outlets of an OPML list; *country* is that of outlets without facts."""
    try:
        raw = text.encode()
        refuse_entities(raw)
        root = read_xml(raw)
    except (etree.XMLSyntaxError, NotAFeedError) as error:
        line = getattr(error, "lineno", None) or 1
        raise ConfigurationError(f"{name}, line {line}: this is not OPML.") from error
    elements = [one for one in root.iter("outline") if one.get(FACTS) or one.get("xmlUrl")]
    return [
        _outlet(name, one, country)
        for one in elements
        if one.get(FACTS) or one.getparent().get(FACTS) is None
    ]


def _outlet(name: str, element: Any, country: str | None) -> Given:
    where = f"{name}, line {element.sourceline or 1}"
    facts = element.get(FACTS)
    if facts is None and country is None:
        raise ConfigurationError(
            f"{where}: the list does not say of which country this is; add --country."
        )
    try:
        fields = orjson.loads(facts) if facts else _unknown(element, str(country))
        return Given(RegisteredOutlet.model_validate(fields), where)
    except (orjson.JSONDecodeError, ValidationError) as error:
        raise ConfigurationError(f"{where}: {_reason(error)}.") from error


def _unknown(element: Any, country: str) -> dict[str, Any]:
    """Return an outlet of which a list gives a name and an address."""
    url = element.get("xmlUrl")
    title = (element.get("text") or element.get("title") or url)[:300]
    plain = unicodedata.normalize("NFKD", title).encode("ascii", "ignore").decode().lower()
    slug = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:60]
    slug = f"{country.lower()}-{slug or sha256(url.encode()).hexdigest()[:12]}"
    return {
        "outlet_id": slug,
        "name": title,
        "country": country,
        "medium": "online",
        "base": "unknown",
        "languages": (),
        "ownership": {"owner": ()},
        "sources": (
            {
                "source_id": f"{slug}-feed",
                "kind": "feed",
                "url": url,
                "period_seconds": PERIOD_SECONDS,
                "enabled": False,
            },
        ),
    }


def _reason(error: Exception) -> str:
    if not isinstance(error, ValidationError):
        return "the facts of the outlet cannot be read"
    first = error.errors()[0]
    place = ".".join(str(part) for part in first["loc"])
    return f"{place}: {str(first['msg']).removeprefix('Value error, ')}"
