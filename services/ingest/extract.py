"""From the bytes of a page to the text of an article and what its markup says about it.

Pure and slow: some pages make the parsers hang, so the service calls this in processes
that can be killed (`sandbox`), never in its event loop. The date is read from markup and
address only; a date guessed from running text would move items to the wrong day.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urljoin

import trafilatura
from trafilatura import bare_extraction
from trafilatura.settings import Document
from trafilatura.utils import load_html

from services.ingest.charset import decode_markup
from services.ingest.dates import parse_date
from services.ingest.text import clean_line, clean_text

TOOL = "trafilatura"
VERSION = trafilatura.__version__
FAST, THOROUGH = "fast", "thorough"
# Below this the fast way has too often taken a part for the whole. On the 300 pages of
# `python -m deploy.bench.extraction` no larger bound finds more.
SHORT_TEXT = 2_000
# A text this short is mostly headline where its template puts one among the paragraphs, and
# then no two sites' copies of it are alike.
HEADLINE_TEXT = 600

MAX_LINKS = 50
MAX_ADDRESS = 1_000  # with 50 links an event keeps room for its text
DATE_OPTIONS = {"original_date": True, "extensive_search": False}
EXACT_DATES = ("article:published_time", "datepublished", "date", "dc.date.issued", "pubdate")


@dataclass(frozen=True, slots=True)
class Extracted:
    """What one page says; `text` is empty where no article was found."""

    text: str
    title: str | None = None
    author: str | None = None
    published_at: datetime | None = None
    canonical_url: str | None = None
    language_hint: str | None = None
    section: str | None = None
    site_name: str | None = None
    links: tuple[str, ...] = ()
    images: tuple[tuple[str, str], ...] = ()
    method: str = FAST


def extract_page(raw: bytes, url: str, charset: str | None = None) -> Extracted:
    """Return the article in *raw*, which was fetched from *url*.

    *charset* is the one of the HTTP header, if any. Never raises for bad markup: a page
    without an article has an empty text.
    """
    markup = decode_markup(raw, charset)
    tree = load_html(markup)
    if tree is None:
        return Extracted(text="")
    document = _document(tree, url, fast=True)
    if document is None:
        return Extracted(text="")
    text, method = document.text or "", FAST
    if len(text) < SHORT_TEXT:
        again = _document(load_html(markup), url, fast=False)
        if again is not None and again.text:
            text, method = again.text, THOROUGH
    metas = _metas(tree)
    title = clean_line(document.title)
    return Extracted(
        text=without_headline(clean_text(text), title),
        title=title,
        method=method,
        author=clean_line(document.author),
        published_at=_published_at(metas, document.date),
        canonical_url=_canonical(tree, url),
        language_hint=clean_line(tree.get("lang")),
        section=clean_line(metas.get("article:section")),
        site_name=clean_line(document.sitename),
        links=tuple(_links(tree, url)),
        images=_images(document.image, metas, url),
    )


def without_headline(text: str, title: str | None) -> str:
    """Return a short *text* without a first line that only repeats the title."""
    first, _, rest = text.partition("\n")
    is_headline = title is not None and clean_line(first) == title
    return rest.strip() if is_headline and rest.strip() and len(text) < HEADLINE_TEXT else text


def _document(tree: Any, url: str, *, fast: bool) -> Document | None:
    """Return what trafilatura makes of *tree*, or None where there is no article."""
    document = bare_extraction(
        tree,
        url=url,
        fast=fast,
        with_metadata=fast,
        include_comments=False,
        date_extraction_params=DATE_OPTIONS,
    )
    return document if isinstance(document, Document) and document.text else None


def _metas(tree: Any) -> dict[str, str]:
    """Return the page's meta properties, names in lower case; the first of a name counts."""
    metas: dict[str, str] = {}
    for element in tree.iter("meta"):
        name = element.get("property") or element.get("name") or element.get("itemprop")
        content = element.get("content")
        if name and content:
            metas.setdefault(name.lower(), content)
    return metas


def _published_at(metas: dict[str, str], day: str | None) -> datetime | None:
    """Prefer a meta with the time of day on the day that htmldate settled on."""
    for name in EXACT_DATES:
        exact = parse_date(metas.get(name))
        if exact is not None and (day is None or abs((exact - _midnight(day)).days) <= 1):
            return exact
    return None if day is None else _midnight(day)


def _midnight(day: str) -> datetime:
    return datetime.fromisoformat(f"{day}T00:00:00+00:00")


def _canonical(tree: Any, url: str) -> str | None:
    for element in tree.iter("link"):
        if (element.get("rel") or "").lower() == "canonical" and element.get("href"):
            return _absolute(element.get("href"), url)
    return None


def _links(tree: Any, url: str) -> Iterator[str]:
    """Yield the addresses that the paragraphs link to, each once."""
    seen: set[str] = set()
    for paragraph in tree.iter("p"):
        for anchor in paragraph.iter("a"):
            link = _absolute(anchor.get("href"), url)
            if link is not None and link not in seen:
                seen.add(link)
                yield link
            if len(seen) == MAX_LINKS:
                return


def _images(image: str | None, metas: dict[str, str], url: str) -> tuple[tuple[str, str], ...]:
    address = _absolute(image, url)
    if address is None:
        return ()
    return ((address, clean_line(metas.get("og:image:alt")) or ""),)


def _absolute(href: str | None, base: str) -> str | None:
    """Return *href* as a full web address, or None for scripts, mail and the like."""
    try:
        address = urljoin(base, (href or "").strip()) if href else ""
    except ValueError:
        return None
    if not address.startswith(("http://", "https://")) or len(address) > MAX_ADDRESS:
        return None
    return address.partition("#")[0]
