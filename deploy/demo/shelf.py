"""What each outlet shows at this moment, and what has been taken from it.

Backfill comes first. An outlet shows the rest only to a poll that knows the one before (it is
conditional) and only when every page of that first list has been served: then ingest has certainly
recorded its first poll, even if it was killed meanwhile, and what follows is live to it.
"""

from collections import defaultdict
from collections.abc import Iterable

from deploy.demo.plan import Article, Stage

RELATED = 5


class Shelf:
    """The articles of all outlets with the state of their release; one thread uses it."""

    def __init__(self, articles: Iterable[Article]) -> None:
        self._articles: dict[str, dict[str, Article]] = defaultdict(dict)
        self._waiting: dict[str, set[str]] = defaultdict(set)
        self._served: dict[str, set[str]] = defaultdict(set)
        self.first_served_at: float | None = None
        for article in articles:
            outlet_id = article.outlet.outlet_id
            self._articles[outlet_id][article.path] = article
            if article.stage is Stage.BACKFILL:
                self._waiting[outlet_id].add(article.path)

    def add(self, article: Article) -> None:
        """Put out one more article."""
        self._articles[article.outlet.outlet_id][article.path] = article

    def shown(self, outlet_id: str, *, polled_before: bool) -> list[Article]:
        """List what the outlet's feed holds now for this reader."""
        everything = self._articles[outlet_id].values()
        if polled_before and not self._waiting[outlet_id]:
            return list(everything)
        return [article for article in everything if article.stage is Stage.BACKFILL]

    def find(self, outlet_id: str, path: str) -> Article | None:
        """Find an article by its path, shown yet or not."""
        return self._articles[outlet_id].get(path)

    def related(self, article: Article) -> list[Article]:
        """List other pages of the outlet to link beside this one."""
        others = [a for a in self._articles[article.outlet.outlet_id].values() if a is not article]
        return others[:RELATED]

    def mark_served(self, article: Article, at: float) -> None:
        """Note that the page went out in full; the last of a first list opens the rest."""
        if self.first_served_at is None:
            self.first_served_at = at
        outlet_id = article.outlet.outlet_id
        self._served[outlet_id].add(article.path)
        self._waiting[outlet_id].discard(article.path)

    def served(self) -> list[Article]:
        """List the distinct articles whose pages went out in full."""
        return [self._articles[o][path] for o, paths in self._served.items() for path in paths]

    def counts(self) -> dict[str, int]:
        """Count all articles, the outlets that still show their first list, and pages served."""
        return {
            "articles": sum(len(articles) for articles in self._articles.values()),
            "outlets_in_backfill": sum(bool(paths) for paths in self._waiting.values()),
            "served": sum(len(paths) for paths in self._served.values()),
        }
