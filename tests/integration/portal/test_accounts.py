"""Signing in and out, floods, foreign writes, hosts and headers."""

from datetime import timedelta

import httpx
import pytest
from fastapi import FastAPI

from services.portal.accounts.commands import create_account, disable_account, reset_password
from services.portal.accounts.model import account_id
from services.portal.context import Portal
from services.portal.security import HEADERS
from shared.errors import ConfigurationError
from shared.mongo import Database
from shared.settings import Settings
from tests.integration.portal.conftest import NOW, SignIn, browser


async def test_password_is_kept_as_a_hash_only(settings: Settings, database: Database) -> None:
    password = await create_account(settings, "ana", ["analyst"], ["XA"], "operator")
    stored = await database["accounts"].find_one({"_id": account_id("ana")})
    assert stored is not None
    assert password not in str(stored)
    assert stored["password_hash"].startswith("$argon2id$")


async def test_name_is_taken_once(settings: Settings) -> None:
    await create_account(settings, "ana", ["analyst"], ["*"], "operator")
    with pytest.raises(ConfigurationError, match="already"):
        await create_account(settings, "ana", ["editor"], ["*"], "operator")


@pytest.mark.parametrize(
    ("name", "roles", "countries"),
    [
        ("A b", ["viewer"], ["*"]),
        ("ana", ["king"], ["*"]),
        ("ana", [], ["*"]),
        ("ana", ["viewer"], ["sudan"]),
    ],
)
async def test_impossible_account_is_refused_in_a_sentence(
    settings: Settings, name: str, roles: list[str], countries: list[str]
) -> None:
    with pytest.raises(ConfigurationError):
        await create_account(settings, name, roles, countries, "operator")


async def test_new_password_ends_sessions_and_the_old_one(
    settings: Settings, app: FastAPI, sign_in: SignIn
) -> None:
    client = await sign_in("viewer", name="ana")
    password = await reset_password(settings, "ana", "operator")
    assert (await client.get("/api/v1/session")).status_code == 401
    async with browser(app) as other:
        answer = await other.post("/api/v1/session", json={"name": "ANA", "password": password})
        assert answer.status_code == 200
    await disable_account(settings, "ana")
    async with browser(app) as other:
        answer = await other.post("/api/v1/session", json={"name": "ana", "password": password})
        assert answer.status_code == 401


async def test_own_password_is_changed_with_the_old_one_and_ends_other_sessions(
    settings: Settings, app: FastAPI, portal: Portal, visitor: httpx.AsyncClient
) -> None:
    old, new = await create_account(settings, "ana", ["editor"], ["*"], "host:root"), "n" * 12
    credentials = {"name": "ana", "password": old}
    async with browser(app) as other:
        await other.post("/api/v1/session", json=credentials)
        opened = await visitor.post("/api/v1/session", json=credentials)
        visitor.headers["X-CSRF-Token"] = opened.json()["csrf_token"]
        address = "/api/v1/session/password"
        for asked, status in (({"old": "x", "new": new}, 403), ({"old": old, "new": "n"}, 422)):
            assert (await visitor.put(address, json=asked)).status_code == status
        changed = await visitor.put(address, json={"old": old, "new": new})
        assert changed.status_code == 200
        assert (await other.get("/api/v1/session")).status_code == 401
        assert (await visitor.get("/api/v1/session")).json() == changed.json()
        assert (await other.post("/api/v1/session", json=credentials)).status_code == 401
        right = {"name": "ana", "password": new}
        assert (await other.post("/api/v1/session", json=right)).status_code == 200
    account = await portal.accounts.get(account_id("ana"))
    assert account is not None
    assert account.set_by_holder


async def test_own_password_is_changed_on_its_page(
    settings: Settings, visitor: httpx.AsyncClient
) -> None:
    old, new = await create_account(settings, "ana", ["viewer"], ["*"], "host:root"), "n" * 12
    await visitor.post("/login", data={"name": "ana", "password": old})
    token = (await visitor.get("/api/v1/session")).json()["csrf_token"]
    form = {"csrf_token": token, "old": old, "new": new, "again": "m" * 12}
    unlike = await visitor.post("/password", data=form)
    assert (unlike.status_code, "in two ways" in unlike.text) == (422, True)
    changed = await visitor.post("/password", data=form | {"again": new})
    assert changed.headers["location"] == "/password?changed=true"
    assert "is changed" in (await visitor.get("/password?changed=true")).text


async def test_cookie_cannot_be_read_by_scripts_nor_sent_by_other_sites(
    settings: Settings, visitor: httpx.AsyncClient
) -> None:
    password = await create_account(settings, "ana", ["viewer"], ["*"], "operator")
    answer = await visitor.post("/api/v1/session", json={"name": "ana", "password": password})
    cookie = answer.headers["set-cookie"].lower()
    assert "httponly" in cookie
    assert "samesite=lax" in cookie


async def test_flood_of_sign_ins_is_stopped_and_the_right_password_too(
    settings: Settings, visitor: httpx.AsyncClient
) -> None:
    password = await create_account(settings, "ana", ["viewer"], ["*"], "operator")
    wrong = {"name": "ana", "password": "wrong"}
    answers = [await visitor.post("/api/v1/session", json=wrong) for _ in range(6)]
    assert [one.status_code for one in answers] == [401] * 5 + [429]
    assert answers[-1].headers["retry-after"] == "900"
    right = await visitor.post("/api/v1/session", json={"name": "ana", "password": password})
    assert right.status_code == 429


async def test_flood_for_a_name_leaves_its_owner_free_elsewhere(portal: Portal) -> None:
    for number in range(900):
        await portal.throttle.admit("ana", f"10.0.0.{number % 3}", NOW)
    assert not await portal.throttle.admit("ana", "10.0.0.1", NOW)
    assert await portal.throttle.admit("ana", "10.0.9.9", NOW)


async def test_forwarding_headers_do_not_lift_the_limit(visitor: httpx.AsyncClient) -> None:
    for number in range(6):
        answer = await visitor.post(
            "/api/v1/session",
            json={"name": "ana", "password": "wrong"},
            headers={"X-Forwarded-For": f"10.0.0.{number}", "X-Real-IP": f"10.0.0.{number}"},
        )
    assert answer.status_code == 429


async def test_unknown_name_and_wrong_password_look_alike(
    settings: Settings, visitor: httpx.AsyncClient
) -> None:
    await create_account(settings, "ana", ["viewer"], ["*"], "operator")
    bodies = [
        (await visitor.post("/api/v1/session", json={"name": name, "password": "x"})).json()
        for name in ("ana", "nobody")
    ]
    assert bodies[0] == bodies[1]


@pytest.mark.parametrize("name", [{"$gt": ""}, ["ana"], None, "x" * 101])
async def test_name_that_is_no_name_is_refused(visitor: httpx.AsyncClient, name: object) -> None:
    answer = await visitor.post("/api/v1/session", json={"name": name, "password": "x"})
    assert answer.status_code == 422
    assert "$gt" not in answer.text


async def test_session_ends_by_itself_and_is_swept(
    settings: Settings, portal: Portal, database: Database
) -> None:
    token = await portal.sessions.open("ana", NOW)
    later = NOW + timedelta(hours=settings.portal_session_hours)
    assert await portal.sessions.account_id(token, later - timedelta(seconds=1)) == "ana"
    assert await portal.sessions.account_id(token, later) is None
    assert await portal.sessions.sweep(later) == 1
    assert await database["sessions"].count_documents({}) == 0


async def test_write_without_token_or_from_elsewhere_is_refused(sign_in: SignIn) -> None:
    client = await sign_in("viewer")
    token = client.headers.pop("X-CSRF-Token")
    assert (await client.delete("/api/v1/session")).status_code == 403
    for foreign in (
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
    ):
        headers = foreign | {"X-CSRF-Token": token}
        assert (await client.delete("/api/v1/session", headers=headers)).status_code == 403
    own = {"Origin": "http://127.0.0.1:8080", "X-CSRF-Token": token}
    assert (await client.delete("/api/v1/session", headers=own)).status_code == 204


async def test_form_signs_in_and_out(settings: Settings, visitor: httpx.AsyncClient) -> None:
    password = await create_account(settings, "ana", ["viewer"], ["*"], "operator")
    first = await visitor.get("/items/x")
    assert first.headers["location"] == "/login?next=%2Fitems%2Fx"
    wrong = await visitor.post("/login", data={"name": "ana", "password": "no", "next": "/alerts"})
    assert wrong.status_code == 401
    assert "The name or the password is wrong." in wrong.text
    right = await visitor.post(
        "/login", data={"name": "ana", "password": password, "next": "/alerts"}
    )
    assert (right.status_code, right.headers["location"]) == (303, "/alerts")
    token = (await visitor.get("/api/v1/session")).json()["csrf_token"]
    out = await visitor.post("/logout", data={"csrf_token": token})
    assert (out.status_code, out.headers["location"]) == (303, "/login")
    assert (await visitor.get("/api/v1/session")).status_code == 401


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1.evil.example", "[::1]:8080", ""])
async def test_foreign_host_is_refused(visitor: httpx.AsyncClient, host: str) -> None:
    answer = await visitor.get("/login", headers={"Host": host})
    assert answer.status_code == 421


@pytest.mark.parametrize("path", ["/login", "/api/v1/search", "/livez", "/static/portal.css"])
async def test_every_answer_has_the_protecting_headers(
    visitor: httpx.AsyncClient, path: str
) -> None:
    answer = await visitor.get(path)
    assert {name: answer.headers[name] for name in HEADERS} == HEADERS
    assert "unsafe" not in answer.headers["content-security-policy"]
    kept = "immutable" in answer.headers["cache-control"]
    assert kept is path.startswith("/static/")
