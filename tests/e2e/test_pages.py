"""The pages that people open, in a real browser, on a phone and on a wide screen."""

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import Browser, Page, ViewportSize, sync_playwright

from deploy.demo.release import Person
from tests.e2e.conftest import Finished

pytestmark = pytest.mark.timeout(300)

PHONE: ViewportSize = {"width": 390, "height": 844}
DESK: ViewportSize = {"width": 1440, "height": 900}


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    executable = shutil.which("chromium")
    assert executable, "chromium is missing: make doctor says how to install it"
    with sync_playwright() as playwright:
        yield playwright.chromium.launch(executable_path=executable, args=["--no-sandbox"])


@contextmanager
def signed_in(
    finished: Finished, browser: Browser, person: Person, size: ViewportSize
) -> Iterator[Page]:
    """Open a page in which *person* is signed in; a script error on it fails the test."""
    context = browser.new_context(viewport=size, base_url=finished.demonstration.portal)
    opened, errors = context.new_page(), list[str]()
    opened.on("pageerror", lambda error: errors.append(str(error)))
    opened.on("console", lambda line: errors.append(line.text) if line.type == "error" else None)
    opened.goto("/login")
    opened.fill("input[name=name]", person.name)
    opened.fill("input[name=password]", person.password)
    opened.press("input[name=password]", "Enter")
    opened.wait_for_url("**/")
    yield opened
    context.close()
    # A decision that is refused is answered by 409, which the browser prints as an error.
    assert not [one for one in errors if "status of 409" not in one]


@pytest.fixture(params=[PHONE, DESK], ids=["phone", "desk"])
def page(finished: Finished, browser: Browser, request: pytest.FixtureRequest) -> Iterator[Page]:
    """Give a page in which an analyst is signed in."""
    with signed_in(finished, browser, finished.people[0], request.param) as opened:
        yield opened


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
    direction = "one => getComputedStyle(one).direction"
    assert page.locator("h1#title").evaluate(direction) == "rtl"
    assert page.locator("article .text").evaluate(direction) == "rtl"
    assert _fits(page)


def test_filter_searches_at_once_and_says_what_it_found(page: Page) -> None:
    page.goto("/?q=Kelvari")
    if not page.locator("details.filters").evaluate("one => one.open"):
        page.locator("details.filters summary").first.click()
    choice = page.locator("input[name=language][value=en]")
    with page.expect_response(lambda answer: "language=en" in answer.url):
        choice.check()
    page.wait_for_url("**language=en**")
    assert page.locator("input[name=language][value=en]").is_checked()
    _await_true(
        page,
        "document.getElementById('status').textContent"
        " === document.getElementById('found').textContent",
    )
    assert set(page.locator("ol.hits h3").evaluate_all("all => all.map(one => one.lang)")) == {"en"}


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


def test_two_editors_release_the_alert_to_everyone_by_their_buttons(
    finished: Finished, browser: Browser
) -> None:
    """The alert of this run went to partners; two keys for everyone widen it."""
    address = f"/signals/{finished.alert['signal_id']}"
    with (
        signed_in(finished, browser, finished.people[1], PHONE) as one,
        signed_in(finished, browser, finished.people[2], DESK) as two,
    ):
        two.goto(address)
        before = _revision(two)
        _turn_key(one, address)
        _await_loaded(one, lambda: _revision(one) > before)
        assert "Released to public" not in one.inner_text("#review-panel")
        # What the second has open is older than the first's key: it is said, and shown anew.
        _press_key(two)
        assert "The signal has changed." in two.inner_text("#status")
        _turn_key(two, address)
        _await_loaded(two, lambda: "Released to public." in two.inner_text("#review-panel"))


def _turn_key(page: Page, address: str) -> None:
    page.goto(address)
    _press_key(page)
    assert page.inner_text("#status") == "Recorded. The signal follows within seconds."


def _press_key(page: Page) -> None:
    """Turn a key by the button, which must swap the panel and not load a page."""
    page.evaluate("window.notLoadedAnew = true")
    page.locator("#review-panel input[name=scope][value=public]").check()
    page.get_by_role("button", name="Turn my key for release").click()
    _await_true(page, "document.activeElement.id === 'decide'")
    assert page.evaluate("window.notLoadedAnew") is True


def _await_true(page: Page, expression: str) -> None:
    """Wait for the page's own work; Playwright's own wait needs what the pages forbid, eval."""
    for _ in range(50):
        if page.evaluate(expression):
            return
        page.wait_for_timeout(100)
    raise AssertionError(f"never true: {expression}")


def _revision(page: Page) -> int:
    return int(page.input_value("#review-panel input[name=subject_revision]"))


def _await_loaded(page: Page, met: Callable[[], bool]) -> None:
    """Load the page again until what was decided has come back through the services."""
    for _ in range(30):
        page.reload()
        if met():
            return
        page.wait_for_timeout(1000)
    raise AssertionError(f"never so on {page.url}: {page.inner_text('#review-panel')}")
