"""RSS 2.0 and Atom feeds of what an outlet has released so far, newest first."""

from collections.abc import Sequence
from email.utils import format_datetime

from lxml import etree

from deploy.demo.pages import LABEL, labels_of
from deploy.demo.plan import Article
from deploy.demo.press import Outlet

ATOM = "http://www.w3.org/2005/Atom"
SUMMARY_CHARACTERS = 180


def render_feed(outlet: Outlet, articles: Sequence[Article], port: int) -> bytes:
    """Render the whole list in the outlet's own format; nothing is ever paged away."""
    newest_first = sorted(articles, key=lambda article: article.published_at, reverse=True)
    render = _render_rss if outlet.feed == "rss" else _render_atom
    tree = render(outlet, newest_first, port)
    return bytes(etree.tostring(tree, xml_declaration=True, encoding="UTF-8"))


def _render_rss(outlet: Outlet, articles: Sequence[Article], port: int) -> etree._Element:
    root = etree.Element("rss", version="2.0")
    channel = etree.SubElement(root, "channel")
    _add(channel, "title", outlet.name)
    _add(channel, "link", outlet.url(port, "/"))
    _add(channel, "description", LABEL)
    _add(channel, "language", outlet.languages[0])
    for article in articles:
        item = etree.SubElement(channel, "item")
        url = outlet.url(port, article.path)
        _add(item, "title", article.text.headline)
        _add(item, "link", url)
        etree.SubElement(item, "guid", isPermaLink="true").text = url
        if article.dated:
            _add(item, "pubDate", format_datetime(article.published_at))
        _add(item, "category", article.text.category)
        _add(item, "description", _summary(article))
    return root


def _render_atom(outlet: Outlet, articles: Sequence[Article], port: int) -> etree._Element:
    root = etree.Element(f"{{{ATOM}}}feed", nsmap={None: ATOM})
    _add(root, f"{{{ATOM}}}id", outlet.url(port, "/"))
    _add(root, f"{{{ATOM}}}title", outlet.name)
    _add(root, f"{{{ATOM}}}subtitle", LABEL)
    if articles:
        _add(root, f"{{{ATOM}}}updated", articles[0].published_at.isoformat())
    for article in articles:
        entry = etree.SubElement(root, f"{{{ATOM}}}entry")
        url = outlet.url(port, article.path)
        _add(entry, f"{{{ATOM}}}id", url)
        _add(entry, f"{{{ATOM}}}title", article.text.headline)
        etree.SubElement(entry, f"{{{ATOM}}}link", rel="alternate", href=url)
        if article.dated:
            _add(entry, f"{{{ATOM}}}published", article.published_at.isoformat())
            _add(entry, f"{{{ATOM}}}updated", article.published_at.isoformat())
        _add(entry, f"{{{ATOM}}}summary", _summary(article))
    return root


def _add(parent: etree._Element, tag: str, text: str) -> None:
    etree.SubElement(parent, tag).text = text


def _summary(article: Article) -> str:
    return f"{article.text.body[:SUMMARY_CHARACTERS]} [{'; '.join(labels_of(article))}]"
