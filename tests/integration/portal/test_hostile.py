"""Requests that are wrong on purpose: each gets a curated answer, and the portal lives on."""

import httpx
import pytest

from services.portal.indexer.handler import Indexer
from tests.factories import make_item, make_matched_analysis, make_signal
from tests.integration.portal.conftest import SignIn, feed

REFUSED = [
    {"q": "w " * 30_000},
    {"q": "word " * 17},
    {"q": "*rabic"},
    {"q": '"unbalanced'},
    {"q": '"""'},
    {"q": "((((((("},
    {"q": "- | + ~ ~2 word~9"},
    {"page": str(10**9)},
    {"size": "-1"},
    {"size": str(10**9)},
    {"size": "ten"},
    {"since": "9999-99-99"},
    {"sort": "{}"},
    {"owner": '{"$gt": ""}'},
]
UNDERSTOOD = [
    {"q": "mar*"},
    {"q": '{"$gt": ""}'},
    {"q": "title_en:market AND _exists_:text_en"},
    {"q": "\u0000\u202e\ufeff"},
    {"q": "/.*/"},
    {"country": '{"$gt": ""}'},
    {"outlet": "' OR 1=1"},
]


@pytest.fixture
async def client(indexer: Indexer, sign_in: SignIn) -> httpx.AsyncClient:
    item = make_item(1, title="<img src=x onerror=alert(1)> market & more")
    await feed(indexer, make_matched_analysis(1, item), make_signal(1))
    return await sign_in("editor")


async def test_hostile_searches_are_refused_in_a_sentence(client: httpx.AsyncClient) -> None:
    for parameters in REFUSED:
        answer = await client.get("/api/v1/search", params=parameters)
        assert answer.status_code == 422, parameters
        assert answer.headers["content-type"] == "application/problem+json"
        assert set(answer.json()) == {"title", "status", "detail"}
        assert len(answer.text) < 600
        assert "elastic" not in answer.text.lower()


async def test_objects_in_place_of_words_are_refused(client: httpx.AsyncClient) -> None:
    for owner in ({"$gt": ""}, [{"$gt": ""}], 7):
        asked = {"name": "n", "search": {"owner": owner}}
        answer = await client.post("/api/v1/searches", json=asked)
        assert answer.status_code == 422, owner


async def test_odd_searches_are_searches(client: httpx.AsyncClient) -> None:
    for parameters in UNDERSTOOD:
        answer = await client.get("/api/v1/search", params=parameters)
        assert answer.status_code == 200, (parameters, answer.text)


async def test_cursor_made_up_or_of_another_search_is_refused(client: httpx.AsyncClient) -> None:
    mine = (await client.get("/api/v1/search", params={"size": 1})).json()["next"]
    for cursor in (mine[:-2], mine + "A", "W10", "%00", "x" * 400):
        answer = await client.get("/api/v1/search", params={"size": 1, "cursor": cursor})
        assert answer.status_code == 400, cursor
    other = await client.get("/api/v1/search", params={"q": "market", "cursor": mine})
    assert other.status_code == 400


async def test_markup_of_an_outlet_is_shown_as_text(client: httpx.AsyncClient) -> None:
    found = (await client.get("/api/v1/search", params={"q": "market"})).json()["hits"][0]
    assert "<img" not in found["highlighted_title"]
    assert "<mark>market</mark> &amp; more" in found["highlighted_title"]
    for path in ("/", "/?q=market", f"/items/{found['item_id']}"):
        page = await client.get(path)
        assert page.status_code == 200
        assert "<img" not in page.text


async def test_large_and_deep_bodies_are_refused(client: httpx.AsyncClient) -> None:
    address = f"/api/v1/signals/{make_signal(1).signal_id}/reviews"
    large = await client.post(address, content=b"x" * 10_000_000)
    assert large.status_code == 413
    deep = b'{"decision":' * 1000 + b"1" + b"}" * 1000
    headers = {"Content-Type": "application/json"}
    answer = await client.post(address, content=deep, headers=headers)
    assert answer.status_code in (400, 422)
    assert (await client.get("/livez")).status_code == 200


@pytest.mark.parametrize("path", ["/api/v1/items/", "/api/v1/signals/", "/api/v1/alerts/"])
async def test_strange_ids_are_not_found(client: httpx.AsyncClient, path: str) -> None:
    for odd in ("none", "%00", "%7B%22$gt%22:%22%22%7D", "..%2f..%2fetc", "x" * 200):
        answer = await client.get(path + odd)
        assert answer.status_code == 404, odd
    assert (await client.get(path + "x" * 201)).status_code == 422


async def test_method_that_is_not_there_is_said_so(client: httpx.AsyncClient) -> None:
    answer = await client.put("/api/v1/search")
    assert answer.status_code == 405
    assert answer.json()["title"] == "Method Not Allowed"
