"""The shipped analysis on the composed episode, item by item, and on texts without an episode."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from deploy.demo.corpus import find_corpus, read_sample, read_texts
from deploy.demo.episode import EpisodeItem, read_episode
from deploy.demo.plan import Article, make_plan
from services.alerts.rules import CALL, MINIMUM_STRENGTH
from shared.events import Match
from tests.unit.demo.readings import read, read_text

START = datetime(2026, 3, 20, 7, 30, tzinfo=UTC)
EPISODE = {item.text.key: item for item in read_episode()}
ARTICLES = make_plan([], EPISODE.values(), start=START, seed=1)
REPOSITORY = Path(__file__).parents[3]


def _strong(article: Article) -> list[Match]:
    return [match for match in read(article).matches if match.strength >= MINIMUM_STRENGTH]


@pytest.mark.parametrize("article", ARTICLES, ids=lambda article: article.text.key)
def test_analysis_finds_what_an_item_was_composed_to_show(article: Article) -> None:
    item: EpisodeItem = EPISODE[article.text.key]
    assert bool(_strong(article)) is item.counts, item.shows


def test_explicit_calls_come_in_every_language_of_the_episode() -> None:
    calls = [a for a in ARTICLES if any(m.hallmark == CALL for m in _strong(a))]
    assert {article.text.language for article in calls} == {"en", "fr", "ar", "so", "sw"}


def test_bundled_sample_alone_shows_nothing() -> None:
    plan = make_plan(list(read_sample()), [], start=START, seed=1)
    assert not [article.text.key for article in plan if _strong(article)]


def test_corpus_alone_matches_nothing_and_so_raises_no_signal() -> None:
    corpus = find_corpus(None, REPOSITORY)
    if corpus is None:
        return  # the sample, which is then the only text, has its own test above
    plan = make_plan(read_texts(corpus, 2400), [], start=START, seed=1)
    matched = [
        (article.outlet.name, article.text.key, match.rule_id)
        for article in plan
        for match in read_text(article).matches
    ]
    assert matched == []
