"""Article pages as a newsroom would serve them: navigation, related links, footer and all.

Three templates of different structure, so that extraction has something to do. Every page says that
it is a demonstration, outside the article so that the words do not become part of the text.
"""

import re
from collections.abc import Sequence
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from deploy.demo.plan import Article

LABEL = "demonstration: real texts, invented outlets and dates"
COMPOSED_LABEL = "this text is composed, about invented people"
SECTIONS = ("politics", "business", "sports", "health", "culture")
RIGHT_TO_LEFT = frozenset({"ar"})
# Many texts of the corpus lost their line breaks; pages have paragraphs of about three sentences.
SENTENCES_A_PARAGRAPH = 3
SENTENCE_END = re.compile(r"(?<=[.!?؟።])\s+")

_ENVIRONMENT = Environment(
    loader=FileSystemLoader(Path(__file__).parent / "templates"),
    autoescape=True,
    undefined=StrictUndefined,
)


def render_page(article: Article, related: Sequence[Article], port: int) -> str:
    """Render one article in its outlet's template; `related` are links beside it."""
    return _ENVIRONMENT.get_template(f"{article.outlet.template}.html").render(
        article=article,
        outlet=article.outlet,
        url=article.outlet.url(port, article.path),
        labels=labels_of(article),
        sections=SECTIONS,
        related=related,
        direction="rtl" if article.text.language in RIGHT_TO_LEFT else "ltr",
        paragraphs=split_paragraphs(article.text.body),
    )


def labels_of(article: Article) -> list[str]:
    """Say what every page is, and of a text that is not even real, also that."""
    return [LABEL, COMPOSED_LABEL] if article.composed else [LABEL]


def split_paragraphs(body: str) -> list[str]:
    """Give the paragraphs of a text, cutting one that runs on at the ends of sentences."""
    paragraphs: list[str] = []
    for line in filter(None, (line.strip() for line in body.splitlines())):
        sentences = SENTENCE_END.split(line)
        paragraphs.extend(
            " ".join(sentences[first : first + SENTENCES_A_PARAGRAPH])
            for first in range(0, len(sentences), SENTENCES_A_PARAGRAPH)
        )
    return paragraphs
