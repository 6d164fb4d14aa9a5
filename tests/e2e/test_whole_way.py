"""From the outlets' feeds to a released alert and the pages that people open."""

import asyncio
import shutil
import time
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from typing import Any

import aiohttp
import pytest
from playwright.sync_api import Browser, Error, Page, sync_playwright

from deploy.demo.findings import read_findings
from deploy.demo.instance import Demonstration, Input
from deploy.demo.release import Person, list_signals, signed_in
from deploy.demo.run import KINDS, Outcome, run
from deploy.local.stack import Stack
from shared.settings import Settings
from shared.topics import MEDIA_ANALYSES, MEDIA_OUTLETS, REVIEWS
from tests.e2e.conftest import InstallIdle, installed
from tests.e2e.replay import Summary, deliver_shuffled, summarise

pytestmark = pytest.mark.timeout(300)

PHONE = {"width": 390, "height": 844}
DESK = {"width": 1440, "height": 900}


@dataclass(frozen=True)
class Finished:
    """An installation through which the input has run, still up."""

    demonstration: Demonstration
    outcome: Outcome
    people: list[Person]
    alert: dict[str, Any]


@pytest.fixture(scope="module")
def finished(stack: Stack, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Finished]:
    source = Input(articles=60, sample=True)
    with installed(stack, tmp_path_factory.mktemp("way"), source) as demonstration:
        outcome, people, alert = asyncio.run(run(demonstration, lambda _: None))
        assert alert is not None
        yield Finished(demonstration, outcome, people, alert)


def test_every_set_of_items_is_equal(finished: Finished) -> None:
    verdict = finished.outcome.verdict
    assert verdict.passed, (verdict.missing, verdict.unexpected)
    assert len(finished.outcome.served) == len(finished.outcome.stops.published) > 100
    assert not verdict.excused


def test_copies_are_indexed_with_their_cluster(finished: Finished) -> None:
    keys = [row["key"] for row in finished.outcome.served]
    assert len(keys) - len(set(keys)) == 8
    assert len(finished.outcome.stops.indexed) == len(keys)


def test_both_rules_raised_signals_about_the_episode_alone(finished: Finished) -> None:
    signals = finished.outcome.findings.latest.values()
    assert {signal.rule.kind.value for signal in signals} == KINDS
    episode = {row["url"] for row in finished.outcome.served if row["episode"]}
    assert {one.url for signal in signals for one in signal.evidence} <= episode


def test_alerts_topic_holds_only_what_two_people_released(finished: Finished) -> None:
    findings = finished.outcome.findings
    assert findings.released == {finished.alert["signal_id"]}
    for alert in findings.alerts:
        assert len({approval.actor_id for approval in alert.release.approvals}) == 2
    assert not finished.outcome.faults


@pytest.fixture
async def reader(finished: Finished) -> AsyncIterator[aiohttp.ClientSession]:
    async with signed_in(finished.demonstration.portal, finished.people[0]) as http:
        yield http


async def test_released_alert_is_listed_for_readers(
    finished: Finished, reader: aiohttp.ClientSession
) -> None:
    listed = await list_signals(reader, "alerts")
    assert [alert["signal_id"] for alert in listed] == [finished.alert["signal_id"]]


@pytest.mark.parametrize(
    ("query", "language"),
    [("dye works", "en"), ("Kelvaris", "fr"), ("الكلفاريون", "ar"), ("Wakelvari", "sw")],
)
async def test_items_are_found_by_words_of_their_language(
    reader: aiohttp.ClientSession, query: str, language: str
) -> None:
    answer = await reader.get("/api/v1/search", params={"q": query, "language": language})
    assert answer.status == 200
    assert (await answer.json())["total"] > 0


async def test_evidence_of_the_alert_is_found_by_its_indicator(
    finished: Finished, reader: aiohttp.ClientSession
) -> None:
    indicator = finished.alert["indicators"][0]
    answer = await reader.get("/api/v1/search", params={"indicator": indicator, "country": "XA"})
    assert (await answer.json())["total"] > 0


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    executable = shutil.which("chromium")
    assert executable, "chromium is missing: make doctor says how to install it"
    with sync_playwright() as playwright:
        yield playwright.chromium.launch(executable_path=executable, args=["--no-sandbox"])


@pytest.fixture(params=[PHONE, DESK], ids=["phone", "desk"])
def page(finished: Finished, browser: Browser, request: pytest.FixtureRequest) -> Iterator[Page]:
    """Give a page in which an analyst is signed in; a script error on it fails the test."""
    context = browser.new_context(viewport=request.param, base_url=finished.demonstration.portal)
    opened, errors = context.new_page(), list[Error]()

    def note(error: Error) -> None:
        errors.append(error)

    opened.on("pageerror", note)
    opened.goto("/login")
    opened.fill("input[name=name]", finished.people[0].name)
    opened.fill("input[name=password]", finished.people[0].password)
    opened.press("input[name=password]", "Enter")
    opened.wait_for_url("**/")
    yield opened
    context.close()
    assert not errors


def _fits(page: Page) -> bool:
    return bool(page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"))


def test_search_page_leads_to_an_item(page: Page) -> None:
    page.goto("/?q=Kelvari")
    assert _fits(page)
    page.locator("a[href^='/items/']").first.click()
    page.wait_for_url("**/items/*")
    assert "Kelvari" in page.inner_text("main")
    assert _fits(page)


def test_arabic_item_is_read_from_right_to_left(page: Page) -> None:
    page.goto("/?language=ar&q=الكلفاريون")
    page.locator("a[href^='/items/']").first.click()
    page.wait_for_url("**/items/*")
    assert page.locator("main [dir=rtl], main[dir=rtl], main [dir=auto]").count() > 0
    assert _fits(page)


def test_signals_and_the_alert_are_shown_with_their_evidence(
    finished: Finished, page: Page
) -> None:
    page.goto("/signals")
    assert _fits(page)
    page.goto(f"/signals/{finished.alert['signal_id']}")
    assert page.locator("a[href^='/items/']").count() > 0
    assert _fits(page)
    page.goto("/alerts")
    assert page.locator(f"a[href='/alerts/{finished.alert['signal_id']}']").count() > 0
    page.goto(f"/alerts/{finished.alert['signal_id']}")
    assert _fits(page)


def test_events_delivered_three_times_and_shuffled_give_the_same_signals(
    finished: Finished, install_idle: InstallIdle
) -> None:
    source = finished.demonstration.settings
    with install_idle() as other:
        sent = asyncio.run(
            deliver_shuffled(source, other.settings, (MEDIA_ANALYSES, MEDIA_OUTLETS, REVIEWS), 3)
        )
        assert sent >= 3 * len(finished.outcome.served)
        other.start_service("alerts")
        wanted, found = asyncio.run(_await_equal(source, other.settings))
    assert found == wanted
    assert len(wanted) == len(finished.outcome.findings.latest)


async def _await_equal(source: Settings, other: Settings) -> tuple[set[Summary], set[Summary]]:
    """Read both sets of signals until they are equal, or can no longer become so."""
    deadline = time.monotonic() + 60
    while True:
        wanted = summarise(await read_findings(source))
        found = summarise(await read_findings(other))
        if found == wanted or time.monotonic() > deadline:
            return wanted, found
        await asyncio.sleep(0.5)
