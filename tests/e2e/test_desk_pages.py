"""An analyst's day in a real browser, from a phrase in Arabic to a report that is published."""

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from deploy.local.paths import REPOSITORY
from tests.e2e.conftest import Finished
from tests.e2e.test_pages import DESK, PHONE, _await_true, _fits, browser, signed_in

pytestmark = pytest.mark.timeout(400)

__all__ = ["browser"]  # the fixture that this module's tests share with the other's

AXE = REPOSITORY / "node_modules/axe-core/axe.min.js"
RULES = "{runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa']}"
PAGES = (
    "/",
    "/?q=Kelvari&view=split",
    "/?q=Kelvari&view=count",
    "/compare?q=Kelvari",
    "/desks/XA",
    "/countries/XA",
    "/triage",
    "/searches?q=Kelvari",
    "/keys",
    "/reports",
    "/signals",
    "/alerts",
    "/public/alerts",
    "/password",
    "/api/docs",
)


@pytest.fixture(params=[PHONE, DESK], ids=["phone", "desk"])
def editor(finished: Finished, browser: Browser, request: pytest.FixtureRequest) -> Iterator[Page]:
    with signed_in(finished, browser, finished.people[1], request.param) as opened:
        yield opened


def test_every_page_fits_and_has_no_violation_that_axe_finds(editor: Page) -> None:
    rules = AXE.read_text(encoding="utf-8")
    for path in PAGES:
        editor.goto(path)
        assert _fits(editor), path
        editor.evaluate(rules)
        found = editor.evaluate(f"axe.run(document, {RULES}).then(one => one.violations)")
        assert [(one["id"], one["nodes"][0]["html"]) for one in found] == [], path


def test_phrase_in_arabic_leads_to_verified_evidence_and_a_span_marked_wrong(
    editor: Page, tmp_path: Path
) -> None:
    editor.goto("/?language=ar&q=الكلفاريون")
    editor.get_by_role("link", name="State and private, side by side").click()
    editor.wait_for_url("**/compare?**")
    assert editor.locator(".side-column").count() == 2
    editor.go_back()
    editor.locator("ol.hits h3 a").first.click()
    editor.wait_for_url("**/items/*")
    editor.get_by_role("link", name="Verify the evidence").click()
    _await_said(editor, "Evidence verified")
    if editor.locator("input[name=wrong]").count():
        editor.locator("input[name=wrong]").first.check()
    editor.get_by_role("button", name="Not relevant").click()
    _await_said(editor, "Recorded: Not relevant")
    assert _fits(editor)
    editor.screenshot(path=tmp_path / "item.png", full_page=True)


def test_search_that_cannot_be_read_is_explained_in_its_place(
    page: Page,
) -> None:
    page.goto("/")
    page.fill("#q", 'market AND "open')
    page.press("#q", "Enter")
    _await_said(page, "at character 12")


@pytest.fixture
def page(finished: Finished, browser: Browser) -> Iterator[Page]:
    """Give a page in which a refused search may be printed as an error by the browser."""
    context = browser.new_context(viewport=DESK, base_url=finished.demonstration.portal)
    opened, person = context.new_page(), finished.people[0]
    opened.goto("/login")
    opened.fill("input[name=name]", person.name)
    opened.fill("input[name=password]", person.password)
    opened.press("input[name=password]", "Enter")
    opened.wait_for_url("**/")
    yield opened
    context.close()


def test_week_is_clipped_by_one_key_and_published_by_a_second_person(
    finished: Finished, browser: Browser
) -> None:
    with ExitStack() as stack:
        one = stack.enter_context(signed_in(finished, browser, finished.people[1], DESK))
        two = stack.enter_context(signed_in(finished, browser, finished.people[2], DESK))
        one.goto("/desks/XA")
        one.keyboard.press("j")
        one.keyboard.press("c")
        _await_said(one, "Clipped to report")
        draft = str(one.get_attribute("a.button.primary[href*='/draft']", "href"))
        one.goto(draft)
        one.fill("#new-topic", "Calls to drive people out")
        one.get_by_role("button", name="Add topic").click()
        _await_saved(one)
        one.locator("select[name=topic]").first.select_option("1")
        one.get_by_role("button", name="Keep", exact=True).first.click()
        _await_saved(one)
        one.fill("#lines", "All outlets were read.")
        one.get_by_role("button", name="Keep the box").click()
        _await_saved(one)
        if one.get_by_role("button", name="Keep translation").count():
            one.locator("input[name=headline]").first.fill("Headline in English")
            one.locator("textarea[name=passage]").first.fill("They must be driven out.")
            one.get_by_role("button", name="Keep translation").click()
            _await_saved(one)
            two.goto(draft)
            two.get_by_role("button", name="I compared it").click()
            _await_saved(two)
            one.goto(draft)
        one.get_by_role("button", name="Hand in for approval").click()
        _await_saved(one)
        two.goto(draft)
        two.get_by_role("button", name="Approve and publish").click()
        _await_saved(two)
        two.goto(draft.removesuffix("/draft"))
        assert "1. Calls to drive people out" in two.inner_text("main")
        assert finished.people[1].name not in two.inner_text("main")
        assert _fits(two)


def _await_said(page: Page, words: str) -> None:
    _await_true(page, f"document.getElementById('status').textContent.includes({words!r})")


def _await_saved(page: Page) -> None:
    _await_said(page, "Saved.")
    page.evaluate("document.getElementById('status').textContent = ''")
