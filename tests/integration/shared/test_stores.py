"""The thin layers over MongoDB and Elasticsearch, on the real engines."""

from __future__ import annotations

import asyncio

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from pymongo.errors import OperationFailure

from shared import elastic, mongo
from shared.elastic import alias, bulk, ensure_index, index_name
from shared.errors import TransientError
from shared.mongo import BulkWriteError, DuplicateKeyError, client_of, transient_mongo
from shared.settings import Settings

MAPPINGS = {"dynamic": "strict", "properties": {"title": {"type": "text"}}}


def action(settings: Settings, number: int, version: int, **source: object) -> dict[str, object]:
    return {
        "_op_type": "index",
        "_index": alias("things", settings.namespace),
        "_id": str(number),
        "version": version,
        "version_type": "external_gte",
        "_source": source,
    }


async def test_one_bad_document_in_a_bulk_is_named_and_the_rest_is_indexed(
    settings: Settings,
) -> None:
    async with elastic.connect(settings) as client:
        await ensure_index(client, "things", 1, settings.namespace, MAPPINGS, {})
        actions = [action(settings, number, 1, title="fine") for number in range(499)]
        actions.insert(250, action(settings, 9999, 1, unmapped="x"))
        refused = await bulk(client, actions)
        await client.indices.refresh(index=alias("things", settings.namespace))
        count = await client.count(index=alias("things", settings.namespace))
    assert list(refused) == ["9999"]
    assert "strict_dynamic_mapping_exception" in refused["9999"]
    assert count["count"] == 499


async def test_an_older_version_never_overwrites_and_counts_as_done(settings: Settings) -> None:
    async with elastic.connect(settings) as client:
        await ensure_index(client, "things", 1, settings.namespace, MAPPINGS, {})
        assert await bulk(client, [action(settings, 1, 5, title="newer")]) == {}
        assert await bulk(client, [action(settings, 1, 4, title="older")]) == {}
        found = await client.get(index=alias("things", settings.namespace), id="1")
    assert found["_source"] == {"title": "newer"}


async def test_ensuring_an_index_may_be_raced_and_repeated(settings: Settings) -> None:
    async with elastic.connect(settings) as client:
        await asyncio.gather(
            *[ensure_index(client, "things", 1, settings.namespace, MAPPINGS, {}) for _ in range(4)]
        )
        assert await client.indices.exists(index=index_name("things", 1, settings.namespace))


async def test_an_absent_elasticsearch_is_a_transient_error(settings: Settings) -> None:
    away = settings.model_copy(update={"elasticsearch_url": "http://127.0.0.1:1"})
    async with elastic.connect(away) as client:
        with pytest.raises(TransientError, match="Elasticsearch is away"):
            await bulk(client, [action(settings, 1, 1, title="x")])


async def test_an_overloaded_elasticsearch_is_a_transient_error(settings: Settings) -> None:
    async def refuse(_request: web.Request) -> web.Response:
        return web.json_response(
            {"error": "circuit_breaking_exception", "status": 429},
            status=429,
            headers={"X-Elastic-Product": "Elasticsearch"},
        )

    app = web.Application()
    app.router.add_route("*", "/{path:.*}", refuse)
    async with TestServer(app) as server:
        busy = settings.model_copy(update={"elasticsearch_url": str(server.make_url("/"))})
        async with elastic.connect(busy) as client:
            with pytest.raises(TransientError, match="429"):
                await bulk(client, [action(settings, 1, 1, title="x")])


@pytest.mark.parametrize(("code", "waits"), [(13, True), (14031, True), (121, False), (2, False)])
def test_what_ails_the_server_is_waited_for(code: int, waits: bool) -> None:
    expected = TransientError if waits else OperationFailure
    with pytest.raises(expected), transient_mongo():
        raise OperationFailure("refused", code)


def test_a_full_disk_in_a_bulk_is_waited_for() -> None:
    with pytest.raises(TransientError, match="14031"), transient_mongo():
        raise BulkWriteError({"writeErrors": [{"code": 11000}, {"code": 14031}]})


async def test_an_absent_mongodb_is_a_transient_error(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mongo, "SELECTION_MILLISECONDS", 200)
    database = mongo.connect(
        settings.model_copy(update={"mongo_url": "mongodb://127.0.0.1:1"}), "ingest"
    )
    with pytest.raises(TransientError, match="MongoDB is away"), transient_mongo():
        await database["things"].find_one({"_id": 1})
    client_of(database).close()


async def test_a_duplicate_key_stays_a_fact_about_the_data(settings: Settings) -> None:
    database = mongo.connect(settings, "ingest")
    await database["things"].insert_one({"_id": 1})
    with pytest.raises(DuplicateKeyError), transient_mongo():
        await database["things"].insert_one({"_id": 1})
    client_of(database).close()
