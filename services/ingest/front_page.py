"""From a page that lists articles, of an outlet without a feed, to the articles it links to.

A link counts whose address contains the outlet's pattern and is of the same registrable
domain. What a page says beside a link is too little to see a change by, so an article is
read when it is first listed.
"""

from __future__ import annotations

import re
from urllib.parse import urljoin

from trafilatura.utils import load_html

from services.ingest.charset import decode_markup
from services.ingest.domains import registrable_domain
from services.ingest.feeds import MAX_ADDRESS, Feed, feed_of
from services.ingest.markup import NotAFeedError


def parse_front_page(raw: bytes, url: str, charset: str | None, pattern: str) -> Feed:
    """Return the articles that the page in *raw*, fetched from *url*, links to, each once."""
    tree = load_html(decode_markup(raw, charset))
    if tree is None:
        raise NotAFeedError("it is no page")
    wanted, home = re.compile(pattern), registrable_domain(url)
    links = (_article(anchor.get("href"), url, home) for anchor in tree.iter("a"))
    found = dict.fromkeys(link for link in links if link is not None and wanted.search(link))
    return feed_of([{"link": link} for link in found], url)


def _article(href: str | None, url: str, home: str) -> str | None:
    try:
        link = urljoin(url, (href or "").strip()).partition("#")[0]
        is_ours = href is not None and registrable_domain(link) == home
    except ValueError:
        return None
    is_page = link.startswith(("http://", "https://")) and link != url and len(link) <= MAX_ADDRESS
    return link if is_ours and is_page else None
