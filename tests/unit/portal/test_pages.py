"""Marks, charts and the words of the pages."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from services.alerts.details import quote_around
from services.portal.accounts.routes import _own
from services.portal.items.marks import stretches
from services.portal.pages.chart import create_chart
from services.portal.pages.vocabulary import load_vocabulary
from services.portal.pages.words import last_day
from services.portal.search.model import TimelineColumn
from services.portal.signals.listing import ListRequest, next_link
from services.portal.signals.store import cut_quote
from shared.events import SignalStatus, TextField
from tests.factories import make_item, make_match

TEMPLATES = Path("services/portal/pages/templates")
FORBIDDEN = (" style=", "<style", "onclick", "hx-on", "<script>", "incitement", "genocide", "//cdn")
ELSEWHERE = ("//evil.example", "https://evil.example", "/\\evil.example", "javascript:x", "")


def test_overlapping_passages_are_marked_and_no_character_is_lost() -> None:
    text = "👩🏾‍🌾 قال الكلفاريين abc def ghi"
    item = make_item(1, text=text)
    matches = [
        make_match(item, start=2, end=12),
        make_match(item, start=8, end=20),
        make_match(item, start=25, end=900),
    ]
    cut = stretches(text, TextField.TEXT, matches)
    assert "".join(one.text for one in cut) == text
    assert [one.matches for one in cut] == [(), (1,), (1, 2), (2,), (), (3,)]
    assert [one.begins for one in cut] == [(), (1,), (2,), (), (), (3,)]


def test_match_in_the_title_leaves_the_text_alone() -> None:
    item = make_item(1)
    match = make_match(item, field=TextField.TITLE, start=0, end=4)
    assert all(not one.matches for one in stretches(item.text, TextField.TEXT, [match]))


def test_columns_stand_on_the_base_and_add_up() -> None:
    column = TimelineColumn(day=date(2026, 3, 2), total=5, owners={"state": 2, "private": 3})
    chart = create_chart([column])
    (stack,) = chart.stacks
    lower, upper = stack.bars
    assert (lower.owner, upper.owner) == ("state", "private")
    assert lower.y + lower.height == chart.base
    assert abs(upper.y + upper.height - lower.y) < 0.02
    assert chart.owners == ("state", "private")


def test_chart_of_nothing_is_a_chart() -> None:
    assert create_chart([]).stacks == ()


def test_names_come_from_desks_and_codes_without_name_are_shown() -> None:
    vocabulary = load_vocabulary(Path("deploy/config"))
    assert vocabulary.country("XA") == "Arvane"
    assert vocabulary.country("SD") == "Sudan"
    assert vocabulary.group("nobody") == "nobody"
    assert vocabulary.language("rw/rn") == "Kinyarwanda or Rundi"
    assert vocabulary.indicator_name("99.9") == ""


def test_window_of_one_day_is_one_day() -> None:
    start = datetime(2026, 3, 2, tzinfo=UTC)
    assert last_day(start + timedelta(days=1), start) == date(2026, 3, 2)
    assert last_day(start + timedelta(days=3), start) == date(2026, 3, 4)
    assert last_day(start, start) == date(2026, 3, 2)


def test_older_link_keeps_the_filters() -> None:
    asked = ListRequest(status=(SignalStatus.DISMISSED,), country=("SD", "XA"), size=10)
    link = next_link("/signals", asked, "place")
    assert link == "/signals?status=dismissed&country=SD&country=XA&size=10&cursor=place"
    assert next_link("/signals", asked, None) is None


def test_passage_is_found_in_its_quote_where_the_text_is_the_one_quoted() -> None:
    text = "the same words, and again the same words, said the mayor"
    start = text.rindex("same")
    quote = quote_around(text, start, start + 4)
    assert cut_quote(quote, text, start, start + 4) == (text[:start], "same", text[start + 4 :])
    assert cut_quote("another text", text, start, start + 4) is None
    assert cut_quote("", text, start, start + 4) is None


def test_sign_in_leads_only_to_our_own_pages() -> None:
    assert _own("/signals?status=new") == "/signals?status=new"
    for foreign in (
        "//evil.example",
        "https://evil.example",
        "/\\evil.example",
        "javascript:x",
        "",
    ):
        assert _own(foreign) == "/"


def test_pages_have_no_inline_scripts_or_styles_and_state_no_findings() -> None:
    for path in TEMPLATES.glob("*.html"):
        page = path.read_text(encoding="utf-8").lower()
        foreign = [one for one in FORBIDDEN if one in page]
        assert foreign == [], path
