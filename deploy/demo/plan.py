"""Which outlet carries which text, and when: a pure function of texts, seed and start time.

The same seed and start give the same addresses and dates, so that a run can be repeated and two
readers of one plan (the server and a test) agree without talking.
"""

import random
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from deploy.demo.corpus import Text
from deploy.demo.episode import EpisodeItem
from deploy.demo.press import PRESS, Outlet

SPAN = timedelta(days=14)
# What is younger than this is held back from an outlet's first poll, which ingest takes for
# backfill: only later, live items may raise a signal.
HELD_BACK = timedelta(hours=48)
COPIES = 8
# Ingest reads so many entries of one answer, and an outlet's feed lists all that it has.
LONGEST_FEED = 1000
LONGEST_SLUG = 48


class Stage(StrEnum):
    """When an article appears in its outlet's feed: at the first poll, or after it."""

    BACKFILL = "backfill"
    LIVE = "live"


@dataclass(frozen=True, slots=True)
class Article:
    """A text in its place: outlet, path, date and the poll at which it appears.

    One that is not `dated` keeps its date to itself, as many sites do.
    """

    outlet: Outlet
    path: str
    text: Text
    published_at: datetime
    stage: Stage
    dated: bool = True

    @property
    def composed(self) -> bool:
        """Whether the text was written for the demonstration: sample or episode."""
        return self.text.key.startswith(("sample-", "episode-"))

    @property
    def episode(self) -> bool:
        """Whether it belongs to the episode, from which alone the signals come."""
        return self.text.key.startswith("episode-")


def make_plan(
    texts: Sequence[Text],
    episode: Iterable[EpisodeItem],
    *,
    start: datetime,
    seed: int,
) -> list[Article]:
    """Place every text once, a few twice, and the episode where its author put it; oldest first."""
    rng = random.Random(seed)  # noqa: S311 - repeatable, not secret
    placed = list(_place_texts(texts, start, rng))
    placed += _copies(placed, start, rng)
    placed += [_episode_article(item, start) for item in episode]
    _refuse_long_feeds(placed)
    return sorted(placed, key=lambda article: (article.published_at, article.path))


def _refuse_long_feeds(articles: Iterable[Article]) -> None:
    """Raise ValueError where an outlet would carry more than a feed's reader takes."""
    for outlet_id, count in Counter(article.outlet.outlet_id for article in articles).items():
        if count > LONGEST_FEED:
            raise ValueError(f"{outlet_id} would carry {count} articles: ask for fewer")


def _place_texts(texts: Sequence[Text], start: datetime, rng: random.Random) -> Iterator[Article]:
    seen: set[str] = set()
    for text in texts:
        outlet = rng.choice([outlet for outlet in PRESS if text.language in outlet.languages])
        age = timedelta(seconds=rng.randrange(600, int(SPAN.total_seconds())))
        if outlet.outlet_id not in seen:
            # An empty first poll would leave ingest without a past, and the next one the first.
            seen.add(outlet.outlet_id)
            age = max(age, HELD_BACK + timedelta(hours=1))
        yield _article(outlet, text, start - age, start)


def _copies(placed: Sequence[Article], start: datetime, rng: random.Random) -> list[Article]:
    shareable = [article for article in placed if _others(article)]
    copies = []
    for article in rng.sample(shareable, min(COPIES, len(shareable))):
        later = article.published_at + timedelta(minutes=rng.randrange(5, 180))
        when = min(later, start - timedelta(minutes=10))
        copies.append(_article(rng.choice(_others(article)), article.text, when, start))
    return copies


def _others(article: Article) -> list[Outlet]:
    language = article.text.language
    return [o for o in PRESS if language in o.languages and o is not article.outlet]


def _episode_article(item: EpisodeItem, start: datetime) -> Article:
    outlet = next(outlet for outlet in PRESS if outlet.outlet_id == item.outlet_id)
    published_at = start - timedelta(hours=item.hours_before)
    path = _path(published_at, item.text)
    return Article(outlet, path, item.text, published_at, Stage.LIVE)


def _article(outlet: Outlet, text: Text, published_at: datetime, start: datetime) -> Article:
    published_at = published_at.replace(microsecond=0)
    stage = Stage.BACKFILL if start - published_at > HELD_BACK else Stage.LIVE
    return Article(outlet, _path(published_at, text), text, published_at, stage)


def _path(published_at: datetime, text: Text) -> str:
    latin = unicodedata.normalize("NFKD", text.headline).encode("ascii", "ignore").decode().lower()
    slug = re.sub(r"[^a-z0-9]+", "-", latin)[:LONGEST_SLUG].strip("-")
    return f"/{published_at:%Y/%m/%d}/{slug or text.category}-{text.key}"
