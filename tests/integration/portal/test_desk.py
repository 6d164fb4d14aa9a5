"""A desk's week, from what is new to a report that is published, corrected and found again."""

from io import BytesIO
from typing import Any
from zipfile import ZipFile

import httpx
import pytest

from services.portal.context import Portal
from services.portal.indexer.handler import Indexer
from shared.events import Health, Heard, MediaItemAnalysed, OwnerKind
from tests.factories import (
    make_analysis,
    make_health,
    make_item,
    make_matched_analysis,
    make_outlet,
    make_removal,
)
from tests.integration.portal.conftest import NOW, SignIn, feed

REPORT = "XA-2026-W11"
ARABIC = "عاد التجار إلى السوق. وقال المتحدث إن الكلفاريين يجب أن يُطردوا قبل الأمطار."
TEXTS = {"headline": "Market reopens", "passage": "The speaker said the Kelvari must go."}


def matched(number: int, **overrides: Any) -> MediaItemAnalysed:
    language = overrides.pop("language", "en")
    item = make_item(number, fetched_at=NOW, event_at=NOW, **overrides)
    return make_matched_analysis(number, item, language=language)


def arabic(number: int) -> MediaItemAnalysed:
    outlet = make_outlet(number, owner_kind=OwnerKind.STATE, controlled_by="ministry")
    return matched(number, text=ARABIC, title="عودة السوق", language="ar", outlet=outlet)


@pytest.fixture
async def officer(indexer: Indexer, sign_in: SignIn) -> httpx.AsyncClient:
    unread = make_analysis(
        3, make_item(3, fetched_at=NOW, heard=Heard.UNHEARD), language="am", readable=False
    )
    silent = make_health(4, health=Health.SILENT)
    assert await feed(indexer, matched(1), arabic(2), unread, silent) == {}
    return await sign_in("desk_officer", name="odile", countries=("XA",))


async def change(client: httpx.AsyncClient, **asked: Any) -> httpx.Response:
    return await client.post(f"/api/v1/reports/{REPORT}/changes", json=asked)


async def clip(client: httpx.AsyncClient, analysis: MediaItemAnalysed) -> dict[str, Any]:
    asked = {"item_id": analysis.item.item_id}
    answer = await client.post("/api/v1/desks/XA/clips", json=asked)
    assert answer.status_code == 201, answer.text
    made: dict[str, Any] = answer.json()["clip"]
    return made


async def made_ready(client: httpx.AsyncClient, reader: httpx.AsyncClient) -> dict[str, Any]:
    """Draft a report with an English and an Arabic entry, checked and handed in."""
    clips = [await clip(client, matched(1)), await clip(client, arabic(2))]
    await change(client, change="add_topic", title="Markets")
    for one in clips:
        await change(client, change="edit_clip", clip_id=one["clip_id"], topic=1, note="")
    foreign = clips[1]["clip_id"]
    await change(client, change="translate", clip_id=foreign, **TEXTS)
    checked = await change(reader, change="check_translation", clip_id=foreign, **TEXTS)
    assert checked.status_code == 200, checked.text
    await change(client, change="state_unread", lines=["Amharic: not read."])
    answer = await change(client, change="submit")
    assert answer.json()["obstacles"] == []
    report: dict[str, Any] = answer.json()["report"]
    return report


async def test_desk_says_what_is_new_by_outlet_and_what_was_not_read(
    officer: httpx.AsyncClient,
) -> None:
    page = (await officer.get("/desks/XA")).text
    words = " ".join(page.split())
    assert "3 items from 3 outlets" in words
    assert "controlled by ministry" in words
    assert "Arvane Courier 4</strong>: silent since" in words
    assert "Items in am</strong>: 1 not read" in words
    assert "1 recordings not heard" in words
    assert words.count('data-key="c"') == 2


async def test_what_was_seen_is_not_new_at_the_next_visit(
    portal: Portal, officer: httpx.AsyncClient
) -> None:
    who = (await officer.get("/api/v1/session")).json()["actor_id"]
    visits, minutes = portal.weekly.visits, NOW.replace
    first = await visits.since(who, "XA", minutes(hour=8))
    assert await visits.since(who, "XA", minutes(hour=8, minute=20)) == first
    assert await visits.since(who, "XA", minutes(hour=15)) == minutes(hour=8, minute=20)


async def test_report_is_published_by_a_second_person_and_named_by_codes(
    officer: httpx.AsyncClient, visitor: httpx.AsyncClient, sign_in: SignIn
) -> None:
    editor = await sign_in("editor", name="edda")
    report = await made_ready(officer, editor)
    assert (await officer.get(f"/reports/{REPORT}")).status_code == 404
    assert (await change(officer, change="approve", version=1)).status_code == 403
    published = await change(editor, change="approve", version=report["version"])
    assert published.status_code == 200, published.text
    viewer = await sign_in("viewer", name="vera", countries=("XA",))
    page = (await viewer.get(f"/reports/{REPORT}")).text
    for words in ("1. Markets", "Government-owned media", "Private media", ARABIC[:20]):
        assert words in page
    assert page.index("Government-owned media") < page.index("Private media")
    assert "checked by a second reader" in page
    assert not {"odile", "edda"} & set(page.replace("<", " ").replace(">", " ").split())
    pdf = await viewer.get(f"/reports/{REPORT}/report.pdf")
    assert pdf.content.startswith(b"%PDF")
    docx = await viewer.get(f"/reports/{REPORT}/report.docx")
    text = ZipFile(BytesIO(docx.content)).read("word/document.xml").decode()
    assert "Not read or heard" in text
    assert "<w:bidi/>" in text
    elsewhere = await sign_in("viewer", name="sam", countries=("SD",))
    assert (await elsewhere.get(f"/reports/{REPORT}")).status_code == 404
    assert (await visitor.get(f"/reports/{REPORT}")).status_code == 303


async def test_nothing_is_published_with_an_unchecked_translation(
    officer: httpx.AsyncClient, sign_in: SignIn
) -> None:
    editor = await sign_in("editor")
    made = await clip(officer, arabic(2))
    await change(officer, change="add_topic", title="Markets")
    await change(officer, change="edit_clip", clip_id=made["clip_id"], topic=1)
    await change(officer, change="state_unread", lines=["All was read."])
    await change(officer, change="translate", clip_id=made["clip_id"], **TEXTS)
    own = await change(officer, change="check_translation", clip_id=made["clip_id"], **TEXTS)
    assert own.status_code == 409
    version = (await change(officer, change="submit")).json()["report"]["version"]
    refused = await change(editor, change="approve", version=version)
    assert refused.status_code == 409
    assert "second reader" in refused.json()["detail"]


async def test_author_cannot_approve_and_what_changed_since_is_not_approved(
    sign_in: SignIn, indexer: Indexer
) -> None:
    await feed(indexer, matched(1), arabic(2))
    one, two = await sign_in("editor"), await sign_in("editor")
    report = await made_ready(one, two)
    own = await change(one, change="approve", version=report["version"])
    assert own.json()["title"] == "A second person has to approve"
    stale = await change(two, change="approve", version=report["version"] - 1)
    assert stale.json()["title"] == "The report has changed"


async def test_correction_is_a_visible_notice_and_the_archive_finds_words_of_both_languages(
    portal: Portal, officer: httpx.AsyncClient, sign_in: SignIn
) -> None:
    editor = await sign_in("editor")
    report = await made_ready(officer, editor)
    await change(editor, change="approve", version=report["version"])
    await change(editor, change="correct", notice="The second date was wrong.")
    answer = await change(officer, change="submit")
    await change(editor, change="approve", version=answer.json()["report"]["version"])
    page = (await officer.get(f"/reports/{REPORT}")).text
    assert "The second date was wrong." in page
    assert "Edition 2" in page
    await portal.archive.index_waiting()
    for words in ("الكلفاريين", "speaker", "Markets", ""):
        found = (await officer.get("/api/v1/reports", params={"q": words})).json()["reports"]
        assert [one["report_id"] for one in found] == [REPORT], words
    assert found[0]["corrected"] is True
    none = (await officer.get("/api/v1/reports", params={"q": "nowhere"})).json()
    assert none == {"reports": []}


async def test_draft_is_not_in_the_archive(portal: Portal, officer: httpx.AsyncClient) -> None:
    await clip(officer, matched(1))
    await portal.archive.index_waiting()
    assert (await officer.get("/api/v1/reports")).json() == {"reports": []}


async def test_removed_item_loses_its_words_in_a_published_report(
    indexer: Indexer, officer: httpx.AsyncClient, sign_in: SignIn
) -> None:
    editor = await sign_in("editor")
    report = await made_ready(officer, editor)
    await change(editor, change="approve", version=report["version"])
    await feed(indexer, make_removal(1, item_id=arabic(2).item.item_id))
    page = (await officer.get(f"/reports/{REPORT}")).text
    assert ARABIC[:20] not in page
    assert "Removed on request." in page


async def test_clip_by_form_says_so_and_a_refusal_is_said(officer: httpx.AsyncClient) -> None:
    token = {"csrf_token": officer.headers["X-CSRF-Token"]}
    headers = {"HX-Request": "true"}
    asked = {"item_id": matched(1).item.item_id} | token
    done = await officer.post("/desks/XA/clips", data=asked, headers=headers)
    assert "data-say>Clipped to" in done.text
    wrong = asked | {"quote": "words that are not there"}
    refused = await officer.post("/desks/XA/clips", data=wrong, headers=headers)
    assert refused.status_code == 422
    assert "data-say" in refused.text
    plain = await officer.post("/desks/XA/clips", data=asked)
    assert plain.headers["location"] == f"/reports/{REPORT}/draft"
    draft = (await officer.get(f"/reports/{REPORT}/draft")).text
    assert "put it under a topic" in draft
    assert "Arvane Courier 4: silent since" in draft


async def test_country_and_outlet_pages_show_silence_beside_counts(
    officer: httpx.AsyncClient, sign_in: SignIn
) -> None:
    page = " ".join((await officer.get("/countries/XA")).text.split())
    for words in ("Arvane Courier 4", "silent", "may match", "Government-owned"):
        assert words in page
    outlet = " ".join((await officer.get("/outlets/xa-courier-4")).text.split())
    assert "Ownership, as known today" in outlet
    assert "as many items as on other days" in outlet
    elsewhere = await sign_in("viewer", countries=("SD",))
    for path in ("/countries/XA", "/outlets/xa-courier-4", "/outlets/none"):
        assert (await elsewhere.get(path)).status_code == 404
