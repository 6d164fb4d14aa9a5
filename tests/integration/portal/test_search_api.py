"""From an analysed item to a result over HTTP."""

from typing import Any

import httpx
import pytest

from services.portal.indexer.handler import Indexer
from shared.events import (
    MediaItemAnalysed,
    MentionKind,
    Outlet,
    OwnerKind,
    Release,
    ReleaseState,
    Tlp,
)
from tests.factories import (
    GROUP,
    at,
    make_alert,
    make_analysis,
    make_evidence,
    make_health,
    make_item,
    make_match,
    make_matched_analysis,
    make_mention,
    make_outlet,
    make_outlet_state,
    make_place,
    make_signal,
)
from tests.integration.portal.conftest import SignIn, feed

ARABIC = "عاد التجار إلى الأسواق، وقال المتحدثون إن الكِلفاريين سيُطردون قبل الأمطار."
FRENCH = "Les commerçants sont revenus au marché. L'orateur parlait d'élections et de génocides."
AMHARIC = "ሀገር እና ሐገር በገበያ ላይ ተነጋገሩ።"
SOMALI = "Ganacsatadu waxay ku noqdeen suuqa Tellun."


def text_of(number: int, text: str, language: str) -> MediaItemAnalysed:
    return make_analysis(number, make_item(number, text=text, title=None), language=language)


def corpus() -> list[MediaItemAnalysed]:
    state: Outlet = make_outlet(1, owner_kind=OwnerKind.STATE, controlled_by="ministry")
    item = make_item(1, outlet=state)
    both = make_matched_analysis(
        2, match=make_match(make_item(2), indicator="7.14", risk_factor=7, target_group_id=None)
    )
    return [
        make_matched_analysis(1, item),
        both,
        make_analysis(
            3,
            make_item(3, event_at=at(3 * 24 * 60)),
            places=[make_place(1)],
            mentions=[
                make_mention(kind=MentionKind.ACTOR, ref_id="act-1"),
                make_mention(kind=MentionKind.PUBLIC_PERSON, ref_id=None, surface="Governor Sar"),
            ],
        ),
        text_of(4, ARABIC, "ar"),
        text_of(5, FRENCH, "fr"),
        text_of(6, AMHARIC, "am"),
        text_of(7, SOMALI, "so"),
    ]


@pytest.fixture
async def client(indexer: Indexer, sign_in: SignIn) -> httpx.AsyncClient:
    assert await feed(indexer, *corpus()) == {}
    return await sign_in("viewer")


async def ask(client: httpx.AsyncClient, **parameters: Any) -> dict[str, Any]:
    answer = await client.get("/api/v1/search", params=parameters)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def numbers(answer: dict[str, Any]) -> set[int]:
    ids = {one.item.item_id: n for n, one in enumerate(corpus(), start=1)}
    return {ids[hit["item_id"]] for hit in answer["hits"]}


async def test_words_phrases_and_languages_find_what_a_reader_expects(
    client: httpx.AsyncClient,
) -> None:
    expected: dict[str, set[int]] = {
        "trader return": {1, 2, 3},
        '"returned to the market"': {1, 2, 3},
        '"market returned"': set(),
        "traders -report": set(),
        "traders NOT report": set(),
        "(nowhere OR market) traders": {1, 2, 3},
        "nowhere OR suuqa": {7},
        '"returned market"~5': {1, 2, 3},
        '"returned market"': set(),
        "market NEAR/6 traders": {1, 2, 3},
        "office NEAR/2 traders": set(),
        "kelv*": {1, 2, 3},
        "trad* NEAR/3 returned": {1, 2, 3},
        "الكلفا*": {4},
        "أسوا*": {4},
        "الاسواق": {4},
        "الكِلفاريين": {4},
        "nothing | kelvari": {1, 2, 3},
        "أسواق": {4},
        "كلفاريين": {4},
        "commercant election": {5},
        "genocide": {5},
        "ሐገር": {6},
        "SUUQA": {7},
    }
    for words, found in expected.items():
        assert numbers(await ask(client, q=words)) == found, words


async def test_highlight_is_the_word_in_its_text(client: httpx.AsyncClient) -> None:
    (hit,) = (await ask(client, q="أسواق"))["hits"]
    assert "<mark>الأسواق</mark>" in hit["highlights"][0]


async def test_filters_leave_what_they_name(client: httpx.AsyncClient) -> None:
    expected: list[tuple[dict[str, Any], set[int]]] = [
        ({"owner": "state"}, {1}),
        ({"owner": ["state", "private"], "language": "en"}, {1, 2, 3}),
        ({"language": ["ar", "fr"]}, {4, 5}),
        ({"outlet": "xa-courier-2"}, {2}),
        ({"indicator": ["11.4", "7.14"]}, {1, 2}),
        ({"group": GROUP}, {1}),
        ({"indicator": "7.14", "group": GROUP}, set()),
        ({"indicator": "11.4", "group": GROUP}, {1}),
        ({"since": "2026-03-05"}, {3}),
        ({"until": "2026-03-04", "language": "en"}, {1, 2}),
        ({"country": "SD"}, set()),
        ({"medium": "radio"}, set()),
        ({"hallmark": "explicit_call_to_violence"}, {1, 2}),
        ({"risk": "7"}, {2}),
        ({"place": "Tellun"}, {3}),
        ({"actor": ["Governor Sar", "act-1"]}, {3}),
    ]
    for filters, found in expected:
        answer = await ask(client, **filters)
        assert numbers(answer) == found, filters
        assert answer["total"] == len(found)


async def test_facets_count_what_choosing_them_would_bring(client: httpx.AsyncClient) -> None:
    facets = (await ask(client, owner="state"))["facets"]
    owners = {one["value"]: one["count"] for one in facets["owner"]}
    assert owners == {"private": 6, "state": 1}
    assert facets["language"] == [{"value": "en", "label": "en", "count": 1}]
    assert facets["outlet"] == [{"value": "xa-courier-1", "label": "Arvane Courier 1", "count": 1}]


async def test_timeline_splits_days_by_owner(client: httpx.AsyncClient) -> None:
    timeline = (await ask(client, since="2026-03-01", until="2026-03-06"))["timeline"]
    assert timeline["step"] == "day"
    assert [one["total"] for one in timeline["columns"]] == [0, 6, 0, 0, 1, 0]
    assert timeline["columns"][1]["owners"] == {"private": 5, "state": 1}


async def test_timeline_counts_what_was_read_beside_what_was_found(
    client: httpx.AsyncClient,
) -> None:
    asked = {"q": "kelvari", "since": "2026-03-01", "until": "2026-03-06"}
    columns = (await ask(client, **asked))["timeline"]["columns"]
    assert [(one["total"], one["read"]) for one in columns if one["read"]] == [(2, 6), (1, 1)]
    assert columns[1]["read_owners"] == {"private": 5, "state": 1}
    page = " ".join((await client.get("/", params=asked | {"view": "split"})).text.split())
    assert "Government-owned" in page
    assert "1 of 1" in page


async def test_state_and_private_are_compared_on_the_same_search(
    client: httpx.AsyncClient,
) -> None:
    answer = await client.get("/api/v1/compare", params={"q": "kelvari"})
    assert answer.status_code == 200, answer.text
    sides = answer.json()["sides"]
    assert [(one["owner"], one["found"], one["read"]) for one in sides] == [
        ("state", 1, 1),
        ("private", 2, 6),
    ]
    assert "side by side" in (await client.get("/compare", params={"q": "kelvari"})).text


async def test_result_is_exported_whole_and_as_feeds(client: httpx.AsyncClient) -> None:
    asked = {"q": "market OR suuqa", "owner": "private"}
    lines = (await client.get("/api/v1/search.jsonl", params=asked)).text.splitlines()
    assert len(lines) == 3
    rows = (await client.get("/api/v1/search.csv", params=asked)).text.splitlines()
    assert rows[0].startswith("\ufeffitem_id,event_at")
    assert len(rows) == 4
    for kind in ("atom", "rss"):
        feed = await client.get(f"/api/v1/search.{kind}", params=asked)
        assert feed.headers["content-type"].startswith(f"application/{kind}+xml")
        assert feed.text.count("/items/") == 3
    wrong = await client.get("/api/v1/search.csv", params={"q": '"open'})
    assert wrong.status_code == 422
    assert "at character 1" in wrong.json()["detail"]


async def test_saved_search_is_private_unless_shared(
    client: httpx.AsyncClient, sign_in: SignIn
) -> None:
    other = await sign_in("viewer")
    kept = []
    for shared in (False, True):
        asked = {"name": f"shared {shared}", "shared": shared, "search": {"q": "market"}}
        kept.append((await client.post("/api/v1/searches", json=asked)).json()["search_id"])
    seen = (await other.get("/api/v1/searches")).json()["searches"]
    assert [(one["search_id"], one["mine"]) for one in seen] == [(kept[1], False)]
    assert (await other.delete(f"/api/v1/searches/{kept[1]}")).status_code == 404
    assert (await client.delete(f"/api/v1/searches/{kept[0]}")).status_code == 204
    page = await client.get("/searches", params={"q": "market"})
    assert "shared True" in page.text


async def test_pages_follow_one_another_without_gap_or_repetition(
    client: httpx.AsyncClient,
) -> None:
    for sort in ("newest", "relevance", "score"):
        seen: list[str] = []
        cursor: str | None = ""
        while cursor is not None:
            page = await ask(client, size=2, sort=sort, q="market | suuqa | أسواق", cursor=cursor)
            seen += [hit["item_id"] for hit in page["hits"]]
            cursor = page["next"]
        assert len(seen) == len(set(seen)) == 5


async def test_item_has_text_matches_provenance_and_today_s_owner(
    indexer: Indexer, client: httpx.AsyncClient
) -> None:
    await feed(indexer, make_health(1, outlet=make_outlet_state(1, owner_kind=OwnerKind.PARTY)))
    item = corpus()[0].item
    answer = (await client.get(f"/api/v1/items/{item.item_id}")).json()
    (match,) = answer["matches"]
    text = answer["analysis"]["item"]["text"]
    assert text[match["start"] : match["end"]] in item.text
    assert answer["captures"][0]["raw_sha256"] == item.captures[0].raw_sha256
    assert answer["analysis"]["item"]["outlet"]["owner_kind"] == "state"
    assert answer["outlet_now"]["outlet"]["owner_kind"] == "party"
    assert answer["outlet_now"]["facts_changed"] is True
    page = (await client.get(f"/items/{item.item_id}")).text
    assert "may match UN 11.4" in page
    assert "Today it is known otherwise: Party" in page


async def test_released_alert_is_for_all_accounts_and_the_public_one_for_everyone(
    indexer: Indexer, visitor: httpx.AsyncClient, sign_in: SignIn
) -> None:
    public = {"release": Release(state=ReleaseState.PUBLIC), "tlp": Tlp.CLEAR}
    await feed(
        indexer,
        make_signal(1),
        make_alert(2, evidence=[make_evidence(1)]),
        make_alert(3, evidence=[make_evidence(1)], **public),
        make_alert(4, embargo_until_at=at(60 * 24 * 60), **public),
    )
    client = await sign_in("viewer")
    listed = (await client.get("/api/v1/alerts")).json()
    assert {one["signal_id"] for one in listed["signals"]} == {
        make_alert(n).signal_id for n in (2, 3, 4)
    }
    assert (await client.get(f"/alerts/{make_alert(2).signal_id}")).status_code == 200
    assert (await client.get(f"/api/v1/alerts/{make_signal(1).signal_id}")).status_code == 404
    everyone = (await visitor.get("/api/v1/public/alerts")).json()["alerts"]
    assert [one["signal_id"] for one in everyone] == [make_alert(3).signal_id]
    atom = await visitor.get("/public/alerts.atom")
    assert atom.text.count("<entry>") == 1
    assert make_alert(3).signal_id in atom.text
    page = await visitor.get("/public/alerts")
    assert page.status_code == 200
    assert "actor" not in page.text
    arabic = await visitor.get("/public/alerts", params={"lang": "ar"})
    assert '<html lang="ar" dir="rtl">' in arabic.text
    assert "التنبيهات العلنية" in (await visitor.get("/public/alerts")).text
    visitor.cookies.clear()
    french = await visitor.get("/public/alerts", headers={"Accept-Language": "fr-CD,en;q=0.5"})
    assert "Alertes publiques" in french.text
    assert "rated severe by rule" in page.text


async def test_public_page_names_outlets_and_links_to_pages_of_the_web_alone(
    indexer: Indexer, visitor: httpx.AsyncClient
) -> None:
    public = {"release": Release(state=ReleaseState.PUBLIC), "tlp": Tlp.CLEAR}
    pieces = [make_evidence(1), make_evidence(2, url="javascript:alert(1)")]
    alert = make_alert(1, evidence=pieces, evidence_count=1, independent_owners=1, **public)
    health = make_health(1)
    await feed(indexer, alert, health)
    page = (await visitor.get("/public/alerts")).text
    assert f'<a href="{pieces[0].url}"' in page
    assert health.outlet.name in page
    assert "javascript:" not in page
    assert "1 passage that may match" in " ".join(page.split())
    assert "1 independent owner." in page
