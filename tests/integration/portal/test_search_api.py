"""From an analysed item to a result over HTTP."""

from services.portal.indexer.handler import Indexer
from tests.factories import (
    make_analysis,
    make_item,
    make_matched_analysis,
)
from tests.integration.portal.conftest import SignIn, feed


async def test_analysed_item_is_found_by_a_word(indexer: Indexer, sign_in: SignIn) -> None:
    assert await feed(indexer, make_matched_analysis(1), make_analysis(2)) == {}
    client = await sign_in("viewer")

    answer = (await client.get("/api/v1/search", params={"q": "traders returned"})).json()

    assert answer["total"] == 2
    assert answer["hits"][1]["item_id"] == make_item(1).item_id
    assert answer["hits"][1]["indicators"] == ["11.4"]
    assert "<mark>Traders</mark> <mark>returned</mark>" in answer["hits"][1]["highlights"][0]
