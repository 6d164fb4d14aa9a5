"""API keys, rates and the audit log, over HTTP and on the real store."""

import asyncio
from datetime import timedelta

import httpx
from fastapi import FastAPI

from services.portal.asgi import assemble
from services.portal.audit.commands import verify_audit
from services.portal.context import Portal
from services.portal.indexer.handler import Indexer
from shared.mongo import Database
from shared.settings import Settings
from tests.factories import make_item, make_matched_analysis, make_signal
from tests.integration.portal.conftest import NOW, SignIn, browser, feed


async def with_key(app: FastAPI, owner: httpx.AsyncClient, scope: str) -> httpx.AsyncClient:
    asked = {"name": "my script", "scope": scope, "days": 2}
    made = (await owner.post("/api/v1/keys", json=asked)).json()
    client = browser(app)
    client.headers["Authorization"] = f"Bearer {made['secret']}"
    return client


async def test_key_is_shown_once_reads_for_its_owner_and_ends(
    app: FastAPI, portal: Portal, database: Database, sign_in: SignIn
) -> None:
    owner = await sign_in("viewer")
    async with await with_key(app, owner, "read") as client:
        assert (await client.get("/api/v1/session")).status_code == 200
        saved = await client.post("/api/v1/searches", json={})
        assert saved.json()["title"] == "Key reads only"
        assert (await client.get("/")).status_code == 303
        listed = (await owner.get("/api/v1/keys")).json()["keys"]
        assert "secret" not in listed[0]
        assert listed[0]["last_used_at"] is not None
        secret = client.headers["Authorization"].split()[1]
        assert secret not in str(await database["api_keys"].find().to_list(None))
        assert await portal.keys.owner(secret, NOW + timedelta(days=2)) is None
        await owner.delete(f"/api/v1/keys/{listed[0]['key_id']}")
        assert (await client.get("/api/v1/session")).status_code == 401


async def test_key_that_writes_needs_no_token_but_releases_nothing_and_makes_no_key(
    app: FastAPI, indexer: Indexer, sign_in: SignIn
) -> None:
    await feed(indexer, make_signal(1))
    async with await with_key(app, await sign_in("editor"), "write") as client:
        address = f"/api/v1/signals/{make_signal(1).signal_id}/reviews"
        review = {"decision": "approve_release", "subject_revision": 1, "scope": "partners"}
        assert (await client.post(address, json=review)).status_code == 403
        assessed = review | {"decision": "assess", "scope": None}
        assert (await client.post(address, json=assessed)).status_code == 202
        made = await client.post("/api/v1/keys", json={"name": "another"})
        assert made.json()["title"] == "Sign in for this"


async def test_flood_is_told_when_to_come_back(portal: Portal, settings: Settings) -> None:
    few = settings.model_copy(update={"portal_visits_per_minute": 5})
    limited = FastAPI(title="Tocsin", docs_url=None, redoc_url=None, openapi_url=None)
    object.__setattr__(portal, "settings", few)
    async with browser(assemble(limited, portal)) as client:
        answers = [await client.get("/login") for _ in range(6)]
        assert [one.status_code for one in answers] == [200] * 5 + [429]
        assert 1 <= int(answers[-1].headers["Retry-After"]) <= 12
        assert (await client.get("/metrics")).status_code == 200


async def test_what_people_did_is_in_a_log_that_shows_when_it_was_touched(
    settings: Settings, portal: Portal, database: Database, indexer: Indexer, sign_in: SignIn
) -> None:
    restricted = make_item(1, restricted=True)
    await feed(indexer, make_matched_analysis(1, restricted))
    analyst, administrator = await sign_in("analyst"), await sign_in("administrator")
    await analyst.get(f"/api/v1/items/{restricted.item_id}")
    await analyst.get("/api/v1/search.csv", params={"q": "kelvari"})
    await asyncio.gather(*(portal.audit.record("x", "raced", str(n)) for n in range(5)))
    found = (await administrator.get("/api/v1/audit")).json()
    assert {"restricted_item_read", "search_exported", "raced"} <= {
        one["action"] for one in found["entries"]
    }
    assert "kelvari" not in str(found)
    assert "restricted item read" in (await administrator.get("/audit")).text
    assert (await analyst.get("/api/v1/audit")).status_code == 403
    head = found["head_number"], found["head_hash"]
    assert (await verify_audit(settings, head)).problem is None
    await database["audit"].update_one({"_id": 1}, {"$set": {"subject": "nothing"}})
    assert "Entry 1 was changed" in str((await verify_audit(settings)).problem)
    await database["audit"].delete_one({"_id": head[0]})
    await database["audit"].update_one({"_id": 1}, {"$set": {"subject": restricted.item_id}})
    assert (await verify_audit(settings)).problem is None
    assert "not the one that was written down" in str((await verify_audit(settings, head)).problem)
