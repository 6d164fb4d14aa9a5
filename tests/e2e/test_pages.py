"""The pages that people open, in a real browser, on a phone and on a wide screen."""

import shutil
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Error, Page, sync_playwright

from tests.e2e.conftest import Finished

pytestmark = pytest.mark.timeout(300)

PHONE = {"width": 390, "height": 844}
DESK = {"width": 1440, "height": 900}


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
