"""Reads demonstration articles as the services would: page, extraction, analysis."""

from datetime import timedelta
from functools import cache
from pathlib import Path

from deploy.demo.pages import render_page
from deploy.demo.plan import Article
from services.analysis.analyse import Readers, analyse, create_readers
from services.analysis.desks import load_desks
from services.ingest.extract import extract_page
from shared.events import MediaItemAnalysed
from tests.factories import make_item, make_outlet

DESKS = Path(__file__).parents[3] / "deploy" / "config" / "desks"
PORT = 8091


@cache
def readers() -> Readers:
    return create_readers(load_desks(DESKS))


def read(article: Article) -> MediaItemAnalysed:
    """Read the article from its page."""
    url = article.outlet.url(PORT, article.path)
    extracted = extract_page(render_page(article, [], PORT).encode(), url, "utf-8")
    return _analysed(article, extracted.title, extracted.text)


def read_text(article: Article) -> MediaItemAnalysed:
    """Read the article without its page, which takes a tenth of the time."""
    return _analysed(article, article.text.headline, article.text.body)


def _analysed(article: Article, title: str | None, text: str) -> MediaItemAnalysed:
    outlet = make_outlet(
        article.outlet.number,
        outlet_id=article.outlet.outlet_id,
        country=article.outlet.country,
        owner_id=article.outlet.owner_id,
        owner_kind=article.outlet.owner_kind,
        base=article.outlet.base,
        languages=article.outlet.languages,
    )
    item = make_item(
        outlet=outlet,
        url=article.outlet.url(PORT, article.path),
        title=title,
        text=text,
        language_hint=article.text.language,
        published_at=article.published_at,
        event_at=article.published_at,
        fetched_at=article.published_at + timedelta(hours=1),
    )
    return analyse(item, readers().of(item), item.fetched_at)
