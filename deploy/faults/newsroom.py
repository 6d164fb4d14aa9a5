"""Writes ordinary articles that no outlet has yet: the corpus's texts, each with its own number."""

import time
from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime
from itertools import count, cycle

from deploy.demo.corpus import find_corpus, read_texts
from deploy.demo.plan import Article
from deploy.demo.plan import Stage as Release
from deploy.demo.press import Outlet
from deploy.faults.stage import Stage
from deploy.local.paths import REPOSITORY
from shared.ids import item_id

TEXTS = 300


class Newsroom:
    """Articles of any outlet, no two alike."""

    def __init__(self) -> None:
        self._texts = cycle(read_texts(find_corpus(None, REPOSITORY), TEXTS))
        self._numbers = count(time.time_ns() // 1_000_000)  # no two newsrooms share one

    def write(
        self, outlet: Outlet, published_at: datetime | None = None, *, dated: bool = True
    ) -> Article:
        """Write the next article of *outlet*, of this moment where no date is given."""
        text, number = next(self._texts), next(self._numbers)
        text = replace(
            text,
            key=f"added-{number}",
            headline=f"{number}: {text.headline}",
            body=f"Edition {number} of this newspaper, line {number}.\n{text.body}",
        )
        at = published_at or datetime.now(UTC)
        return Article(outlet, f"/added/{number}", text, at, Release.LIVE, dated=dated)


def ids_of(stage: Stage, articles: Iterable[Article]) -> dict[str, Article]:
    """Map the ids of the items that the articles become to the articles."""
    port = stage.demonstration.ports["demo"]
    return {item_id(one.outlet.url(port, one.path)): one for one in articles}
