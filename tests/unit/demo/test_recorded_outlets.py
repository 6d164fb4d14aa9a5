"""The recorded outlets: what they show, when, and that nothing of a text gets lost on a page."""

from collections import Counter, defaultdict
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import yaml
from lxml import etree

from deploy.demo.corpus import Text, find_corpus, read_sample, read_texts
from deploy.demo.episode import read_episode
from deploy.demo.feeds import render_feed
from deploy.demo.pages import COMPOSED_LABEL, LABEL, render_page
from deploy.demo.plan import HELD_BACK, SPAN, Article, Stage, make_plan
from deploy.demo.press import PRESS
from deploy.demo.registry import allowed_addresses, write_registry
from deploy.demo.shelf import Shelf
from services.ingest.extract import extract_page

START = datetime(2026, 3, 20, 7, 30, tzinfo=UTC)
PORT = 8091


@pytest.fixture(scope="module")
def plan() -> list[Article]:
    return make_plan(list(read_sample()), read_episode(), start=START, seed=1)


def test_sample_has_twelve_texts_in_each_of_five_languages() -> None:
    languages = Counter(text.language for text in read_sample())
    assert languages == dict.fromkeys(["ar", "en", "fr", "so", "sw"], 12)


def test_small_limit_takes_every_language() -> None:
    assert {text.language for text in read_texts(None, 5)} == {"ar", "en", "fr", "so", "sw"}


def test_named_corpus_that_is_missing_is_refused(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match="does not exist"):
        find_corpus(tmp_path / "nowhere", tmp_path)


def test_same_seed_and_start_give_the_same_plan(plan: list[Article]) -> None:
    assert make_plan(list(read_sample()), read_episode(), start=START, seed=1) == plan


def test_dates_lie_in_the_fourteen_days_before_the_start(plan: list[Article]) -> None:
    assert all(START - SPAN <= a.published_at < START for a in plan)


def test_every_address_is_given_once(plan: list[Article]) -> None:
    assert len({(a.outlet.outlet_id, a.path) for a in plan}) == len(plan)


def test_articles_are_in_a_language_of_their_outlet(plan: list[Article]) -> None:
    assert all(a.text.language in a.outlet.languages for a in plan)


def test_some_texts_are_carried_by_two_outlets(plan: list[Article]) -> None:
    carriers = Counter(a.text.key for a in plan)
    assert sum(count == 2 for count in carriers.values()) == 8


def test_backfill_is_older_than_what_is_held_back(plan: list[Article]) -> None:
    for article in plan:
        held_back = article.published_at >= START - HELD_BACK
        assert (article.stage is Stage.LIVE) == held_back


def test_plan_with_a_feed_too_long_for_its_reader_is_refused() -> None:
    texts = [Text(f"k{n}", "ti", "news", "headline", "body") for n in range(1100)]
    with pytest.raises(ValueError, match="ask for fewer"):
        make_plan(texts, [], start=START, seed=1)


def test_first_list_holds_backfill_only_until_all_of_it_was_served(plan: list[Article]) -> None:
    shelf = Shelf(plan)
    outlet_id = "sauti-ya-bonde"
    first = shelf.shown(outlet_id, polled_before=False)
    assert {a.stage for a in shelf.shown(outlet_id, polled_before=True)} == {Stage.BACKFILL}
    for article in first:
        shelf.mark_served(article, 1.0)
    assert shelf.shown(outlet_id, polled_before=False) == first
    assert len(shelf.shown(outlet_id, polled_before=True)) > len(first)


def test_page_served_twice_counts_once(plan: list[Article]) -> None:
    shelf = Shelf(plan)
    shelf.mark_served(plan[0], 1.0)
    shelf.mark_served(plan[0], 1.0)
    assert shelf.served() == [plan[0]]


@pytest.mark.parametrize("outlet", PRESS[:10], ids=lambda outlet: outlet.outlet_id)
def test_extraction_finds_the_whole_article_and_no_label(
    outlet: object, plan: list[Article]
) -> None:
    for article in (a for a in plan if a.outlet is outlet):
        page = render_page(article, plan[:5], PORT).encode()
        found = extract_page(page, article.outlet.url(PORT, article.path), "utf-8")
        assert "".join(article.text.body.split()) in "".join(found.text.split())
        for label in (LABEL, COMPOSED_LABEL):
            assert label not in f"{found.title} {found.text}"


def test_copies_are_one_text_in_whatever_template(plan: list[Article]) -> None:
    texts: dict[str, set[str]] = defaultdict(set)
    for article in plan:
        page = render_page(article, plan[:5], PORT).encode()
        url = article.outlet.url(PORT, article.path)
        texts[article.text.key].add(extract_page(page, url, "utf-8").text)
    assert {key for key, found in texts.items() if len(found) > 1} == set()


def test_every_page_says_what_it_is(plan: list[Article]) -> None:
    for article in plan:
        page = render_page(article, [], PORT)
        assert LABEL in page
        assert COMPOSED_LABEL in page
    real = Text("0123", "en", "news", "A headline", "A body.")
    page = render_page(Article(PRESS[0], "/p", real, START, Stage.LIVE), [], PORT)
    assert "demonstration: real texts, invented outlets and dates" in page
    assert COMPOSED_LABEL not in page


def test_markup_in_a_headline_is_escaped() -> None:
    text = Text("0123", "en", "news", "<script>alert(1)</script>", "A body.")
    page = render_page(Article(PRESS[0], "/p", text, START, Stage.LIVE), [], PORT)
    assert "<script>" not in page


@pytest.mark.parametrize(("number", "entry"), [(1, "item"), (2, "{*}entry")])
def test_feed_lists_all_that_an_outlet_shows(number: int, entry: str, plan: list[Article]) -> None:
    outlet = PRESS[number - 1]
    articles = [a for a in plan if a.outlet is outlet]
    root = etree.fromstring(render_feed(outlet, articles, PORT))
    assert len(root.findall(f".//{entry}")) == len(articles) > 0


def test_registry_names_the_twelve_outlets_and_their_addresses(tmp_path: Path) -> None:
    write_registry(tmp_path, PORT, 2)
    files = [yaml.safe_load(path.read_text(encoding="utf-8")) for path in tmp_path.iterdir()]
    urls = [s["url"] for file in files for o in file["outlets"] for s in o["sources"]]
    assert len(urls) == 12
    assert {url.split("/")[2] for url in urls} == set(allowed_addresses(PORT).split(","))


def test_episode_lies_in_the_last_two_days_and_speaks_five_languages() -> None:
    episode = read_episode()
    assert len(episode) == 40
    assert {item.text.language for item in episode} == {"en", "fr", "ar", "so", "sw"}
    assert all(timedelta(hours=item.hours_before) < HELD_BACK for item in episode)
