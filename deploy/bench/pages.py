"""The input of the benchmark: real pages, or corpus texts as pages, as many as are asked for.

A set is repeated with another address and one changed paragraph, so that no copy is a copy to the
pipeline. The same numbers give the same bytes.
"""

import re
import tarfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import cycle, islice
from typing import Literal

from deploy.demo.corpus import find_corpus, read_texts
from deploy.demo.pages import render_page
from deploy.demo.plan import make_plan
from deploy.demo.press import PRESS, Outlet
from deploy.local.paths import REPOSITORY

Kind = Literal["pages", "texts"]
PARAGRAPH_END = re.compile(rb"</p\s*>", re.IGNORECASE)
BODY_END = re.compile(rb"</body\s*>|\Z", re.IGNORECASE)
ARCHIVE = REPOSITORY.parent / "shared" / "data" / "pages" / "pages.tar.gz"
TEXTS = 600
PORT = 80  # in the rendered pages' own links only


@dataclass(frozen=True, slots=True)
class Page:
    """One page of the benchmark and where it is served."""

    outlet: Outlet
    path: str
    body: bytes


def read_pages(kind: Kind, first: int, count: int) -> Iterator[Page]:
    """Yield *count* pages from number *first* on, spread over the outlets."""
    bodies = originals(kind)
    numbered = enumerate(cycle(bodies))
    for number, body in islice(numbered, first, first + count):
        outlet = PRESS[number % len(PRESS)]
        yield Page(outlet, f"/{kind}/{number}.html", changed(body, number))


def changed(body: bytes, number: int) -> bytes:
    """Return *body* with one paragraph that no other number has."""
    words = " ".join(f"edition {number} of line {line}" for line in range(4))
    mark = PARAGRAPH_END.search(body) or BODY_END.search(body)
    place = mark.end() if mark and mark.group().lower().startswith(b"</p") else 0
    return body[:place] + f"<p>This is {words}.</p>".encode() + body[place:]


def originals(kind: Kind) -> Sequence[bytes]:
    """Return the pages as they were, before any number changes them."""
    return _real_pages() if kind == "pages" else _text_pages()


def _real_pages() -> Sequence[bytes]:
    """Read the web pages of the data folder; without it the texts' pages stand in."""
    if not ARCHIVE.is_file():
        return _text_pages()
    with tarfile.open(ARCHIVE) as pages:
        members = sorted((one for one in pages if one.isfile()), key=lambda one: one.name)
        files = (pages.extractfile(one) for one in members)
        return [file.read() for file in files if file is not None]


def _text_pages() -> Sequence[bytes]:
    texts = read_texts(find_corpus(None, REPOSITORY), TEXTS)
    plan = make_plan(texts, [], start=datetime(2026, 1, 15, tzinfo=UTC), seed=1)
    return [render_page(article, [], PORT).encode() for article in plan]
