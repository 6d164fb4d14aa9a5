"""The analysis service's store on a real engine."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from services.analysis.near_copies import signature
from services.analysis.store import Seen, Store
from shared.mongo import Database, client_of, connect
from shared.settings import Settings
from tests.factories import START

LATER = START + timedelta(hours=1)


@pytest.fixture
async def database(settings: Settings) -> AsyncIterator[Database]:
    database = connect(settings, "analysis")
    yield database
    client_of(database).close()


@pytest.fixture
def store(database: Database) -> Store:
    return Store(database)


async def test_first_item_and_first_time_stay_whatever_is_repeated(store: Store) -> None:
    await store.remember([Seen("a", 1_000_001, "cluster")], START)
    await store.remember([Seen("b", 1_000_001, "cluster"), Seen("a", 2_000_001, "new")], LATER)
    known = await store.remember([Seen("a", 1_000_001, "cluster")], LATER)

    assert known.first_items == {"cluster": "a"}
    assert known.times == {("a", 1_000_001): START, ("a", 2_000_001): LATER}


async def test_copies_within_one_batch_have_one_first_item(store: Store) -> None:
    known = await store.remember([Seen("a", 1, "c"), Seen("b", 1, "c"), Seen("a", 1, "c")], START)

    assert known.first_items["c"] in {"a", "b"}
    again = await store.remember([Seen("b", 1, "c")], LATER)
    assert again.first_items == known.first_items


async def test_a_removed_item_is_forgotten_and_only_its_mark_stays(
    store: Store, database: Database
) -> None:
    await store.remember([Seen("a", 1, "mine"), Seen("b", 1, "other")], START)
    await store.remember([Seen("a", 2, "other")], START)

    await store.forget("a")
    await store.forget("a")

    assert await store.removed(["a", "b"]) == {"a"}
    assert await database["items"].find_one({"_id": "a"}) == {"_id": "a", "removed": True}
    assert [one["_id"] async for one in database["copies"].find({})] == ["other"]


async def test_a_removed_author_stays_removed_and_nothing_else_is(store: Store) -> None:
    await store.forget_author("a")
    known = await store.remember([Seen("a", 1, "mine"), Seen("b", 1, "other")], START)

    assert known.unsigned == {"a"}
    assert known.removed == set()
    assert await store.removed(["a"]) == frozenset()


async def test_an_item_removed_before_it_arrives_is_known_as_removed(store: Store) -> None:
    await store.forget("late")

    assert await store.removed(["late"]) == {"late"}


LONG = " ".join(f"Word{number} of the report." for number in range(40))


async def test_a_near_copy_is_found_in_another_batch_and_stays_what_it_was(store: Store) -> None:
    first, second = signature(LONG), signature(f"(ACP) {LONG} Read also: the weather.")
    await store.remember([Seen("a", 1, "one", first)], START)
    known = await store.remember([Seen("b", 1, "two", second)], LATER)
    again = await store.remember([Seen("b", 1, "two", second), Seen("a", 1, "one", first)], LATER)

    assert known.near["two"].cluster == "one"
    assert known.first_items["one"] == "a"
    assert again.near == known.near


async def test_near_copies_within_one_batch_are_found(store: Store) -> None:
    second = signature(f"(ACP) {LONG} Read also: the weather.")
    batch = [Seen("a", 1, "one", signature(LONG)), Seen("b", 1, "two", second)]

    assert {
        one: near.cluster for one, near in (await store.remember(batch, START)).near.items()
    } == {"two": "one"}


async def test_ten_thousand_copies_add_nothing_to_the_index(
    store: Store, database: Database
) -> None:
    await store.remember([Seen("a", 1, "one", signature(LONG))], START)
    size = await database["bands"].count_documents({})
    copies = [Seen(f"b{n}", 1, f"c{n}", signature(f"{LONG} Number {n}.")) for n in range(300)]
    await store.remember(copies, LATER)

    assert await database["bands"].count_documents({}) == size
    assert await database["signatures"].count_documents({}) == 1


async def test_the_index_forgets_what_is_two_months_old(database: Database) -> None:
    await Store(database).remember([Seen("a", 1, "one", signature(LONG))], START)
    later = START + timedelta(days=93)
    await Store(database).remember([Seen("b", 1, "two", signature(LONG.upper()))], later)

    found = [one["_id"] async for one in database["signatures"].find({})]
    assert found == [f"{later:%Y-%m}|two"]


async def test_a_removed_text_is_no_longer_found(store: Store) -> None:
    await store.remember([Seen("a", 1, "one", signature(LONG))], START)
    await store.forget("a")

    known = await store.remember([Seen("b", 1, "two", signature(f"{LONG} And more."))], LATER)
    assert known.near == {}
