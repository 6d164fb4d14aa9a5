"""XML from outside, read without what XML can be made to do: entities, DTDs, the network."""

from __future__ import annotations

from typing import Any

from lxml import etree

_ENTITIES = (b"<!ENTITY", b"<\x00!\x00E\x00N\x00T", b"\x00<\x00!\x00E\x00N")  # UTF-8, UTF-16


class NotAFeedError(ValueError):
    """The bytes list no articles: a login page, a document of another kind, an attack."""


def refuse_entities(raw: bytes) -> None:
    """Raise NotAFeedError where *raw* defines entities, as only attacks do."""
    if any(mark in raw for mark in _ENTITIES):
        raise NotAFeedError("it defines entities, which no honest feed does")


def read_xml(raw: bytes) -> Any:
    """Return the root element of *raw*; etree.XMLSyntaxError where it is not well-formed."""
    parser = etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        dtd_validation=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
    return etree.fromstring(raw, parser)


def local_name(element: Any) -> str:
    """Return the name of *element* without its namespace, in lower case."""
    return str(etree.QName(element).localname).lower() if isinstance(element.tag, str) else ""
