"""Every route: public on purpose, or refused without a session and without the role."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from fastapi.routing import APIRoute
from starlette.routing import Mount

from services.portal.accounts.access import PUBLIC
from services.portal.accounts.model import (
    AUDITORS,
    DESK_WRITERS,
    EVERYONE,
    RELEASERS,
    REVIEWERS,
    SIGNAL_READERS,
    Role,
)
from services.portal.asgi import create_app
from services.portal.context import Portal, Requires
from services.portal.engine import SearchEngine
from services.portal.indexer.handler import Indexer
from services.portal.security import HEADERS
from shared import elastic
from shared.errors import ConfigurationError
from shared.events import Decision
from shared.settings import Settings
from tests.factories import make_evidence, make_item, make_matched_analysis, make_signal
from tests.integration.portal.conftest import SignIn, browser, feed

# What anyone may ask for. A change here is a decision, not a detail.
PUBLIC_ON_PURPOSE = {
    "GET /login",
    "POST /login",
    "POST /api/v1/session",
    "GET /public/alerts",
    "GET /api/v1/public/alerts",
    "GET /public/alerts.atom",
    "GET /api/docs",
    "GET /api/openapi.json",
    "GET /livez",
    "GET /readyz",
    "GET /healthz",
    "GET /metrics",
    "GET /static/htmx.min.js",
}
# Whoever holds one of these roles; every other route is for everyone with an account.
ROLES = {
    "GET /api/v1/signals": SIGNAL_READERS,
    "GET /api/v1/signals/{signal_id}": SIGNAL_READERS,
    "POST /api/v1/signals/{signal_id}/reviews": REVIEWERS,
    "GET /signals": SIGNAL_READERS,
    "GET /signals/{signal_id}": SIGNAL_READERS,
    "POST /signals/{signal_id}/reviews": REVIEWERS,
    "GET /api/v1/items/{item_id}/captures/{capture_id}": SIGNAL_READERS,
    "GET /triage": REVIEWERS,
    "POST /items/{item_id}/reviews": REVIEWERS,
    "POST /api/v1/items/{item_id}/reviews": REVIEWERS,
    "GET /audit": AUDITORS,
    "GET /api/v1/audit": AUDITORS,
    "GET /desks": DESK_WRITERS,
    "GET /desks/{country}": DESK_WRITERS,
    "POST /desks/{country}/clips": DESK_WRITERS,
    "POST /api/v1/desks/{country}/clips": DESK_WRITERS,
    "GET /reports/{report_id}/draft": DESK_WRITERS,
    "GET /api/v1/reports/{report_id}/draft": DESK_WRITERS,
    "POST /reports/{report_id}/changes": DESK_WRITERS,
    "POST /api/v1/reports/{report_id}/changes": DESK_WRITERS,
}
# What stands for the parts of a path, so that only the role can refuse it.
FILLED = {"{signal_id}": "none", "{country}": "XA", "{report_id}": "XA-2026-W11"}


def filled(path: str) -> str:
    for part, value in FILLED.items():
        path = path.replace(part, value)
    return path


def routes(app: FastAPI) -> Iterator[tuple[str, APIRoute]]:
    for route in flat(app.routes):
        if isinstance(route, Mount):
            assert route.path == "/static"
            continue
        assert isinstance(route, APIRoute), route
        for method in sorted(route.methods or ()):
            yield f"{method} {route.path}", route


def flat(found: Iterable[Any]) -> Iterator[Any]:
    """Open the routers that were included, which the framework keeps as one route each."""
    for route in found:
        included = getattr(route, "original_router", None)
        yield from (route,) if included is None else flat(included.routes)


def required(route: APIRoute) -> frozenset[str]:
    """Return the roles that the route asks for by its dependency."""
    (one,) = [d.call for d in route.dependant.dependencies if isinstance(d.call, Requires)]
    assert isinstance(one, Requires)
    return one.roles


def test_list_of_public_routes_is_the_one_decided(app: FastAPI) -> None:
    listed = {f"{method} {path}" for method, path in PUBLIC} | {"GET /static/htmx.min.js"}
    assert listed == PUBLIC_ON_PURPOSE
    assert listed <= {name for name, _ in routes(app)}


async def test_every_other_route_refuses_without_a_session(
    app: FastAPI, visitor: httpx.AsyncClient
) -> None:
    walked = 0
    for name, route in routes(app):
        if name in PUBLIC_ON_PURPOSE:
            continue
        walked += 1
        method, path = name.split(" ")
        answer = await visitor.request(method, path.replace("{", "").replace("}", ""))
        for header, value in HEADERS.items():
            assert answer.headers[header] == value, name
        if path.startswith("/api/"):
            assert answer.status_code == 401, name
            assert answer.headers["content-type"] == "application/problem+json"
        else:
            assert answer.status_code == 303, name
            assert answer.headers["location"].startswith("/login"), name
        assert required(route) == ROLES.get(name, EVERYONE), name
    assert walked >= 15


async def test_unknown_address_tells_a_stranger_nothing(visitor: httpx.AsyncClient) -> None:
    assert (await visitor.get("/api/v1/no-such")).status_code == 401
    assert (await visitor.get("/no-such")).status_code == 303


async def test_strangers_and_people_who_work_here_have_connections_of_their_own(
    indexer: Indexer, settings: Settings, portal: Portal, app: FastAPI, sign_in: SignIn
) -> None:
    await feed(indexer, make_matched_analysis(1))
    nowhere = settings.model_copy(update={"elasticsearch_url": "http://127.0.0.1:9"})
    client = await sign_in("viewer")
    async with elastic.connect(nowhere) as away:
        public = SearchEngine(away, settings.namespace)
        app.state.portal = replace(portal, public_engine=public)
        assert (await client.get("/public/alerts")).status_code == 503
        assert (await client.get("/api/v1/search")).status_code == 200
    assert portal.engine.transport is not portal.public_engine.transport


async def test_role_that_is_not_asked_for_is_refused(sign_in: SignIn) -> None:
    for role in Role:
        client = await sign_in(role)
        for name, roles in ROLES.items():
            method, path = name.split(" ")
            answer = await client.request(method, filled(path), json={})
            assert (answer.status_code == 403) is (role not in roles), (role, name)


async def test_expired_forged_and_foreign_sessions_are_refused(
    app: FastAPI, portal: Portal, sign_in: SignIn
) -> None:
    client = await sign_in("viewer")
    token = client.cookies["tocsin"]
    other_end = "A" if token[-1] != "A" else "B"
    for bad in ("", "x", token[:-1] + other_end, "eyJhbGciOiJub25lIn0.e30."):
        async with browser(app) as other:
            other.cookies.set("tocsin", bad)
            assert (await other.get("/api/v1/search")).status_code == 401
    await portal.sessions.close(token)
    assert (await client.get("/api/v1/session")).status_code == 401


async def test_disabled_account_is_out_at_once(portal: Portal, sign_in: SignIn) -> None:
    client = await sign_in("editor")
    who = (await client.get("/api/v1/session")).json()["actor_id"]
    await portal.accounts.set_disabled(who, disabled=True)
    assert (await client.get("/api/v1/session")).status_code == 401


async def test_key_in_the_query_string_opens_nothing(
    visitor: httpx.AsyncClient, sign_in: SignIn
) -> None:
    token = (await sign_in("viewer")).cookies["tocsin"]
    answer = await visitor.get("/api/v1/search", params={"tocsin": token, "token": token})
    assert answer.status_code == 401


@pytest.mark.parametrize("countries", [("SD",), ()])
async def test_other_countries_do_not_exist_in_results_counts_or_pages(
    indexer: Indexer, sign_in: SignIn, countries: tuple[str, ...]
) -> None:
    await feed(indexer, make_matched_analysis(1), make_signal(1, evidence=[make_evidence(1)]))
    client = await sign_in("editor", countries=countries)
    answer = (await client.get("/api/v1/search")).json()
    assert (answer["total"], answer["hits"], answer["next"]) == (0, [], None)
    assert all(values == [] for values in answer["facets"].values())
    assert sum(column["total"] for column in answer["timeline"]["columns"]) == 0
    assert (await client.get(f"/api/v1/items/{make_item(1).item_id}")).status_code == 404
    signal = make_signal(1).signal_id
    assert (await client.get("/api/v1/signals")).json()["total"] == 0
    assert (await client.get(f"/api/v1/signals/{signal}")).status_code == 404
    review = {"decision": Decision.ASSESS, "subject_revision": 1}
    answer_to_write = await client.post(f"/api/v1/signals/{signal}/reviews", json=review)
    assert answer_to_write.status_code == 404


async def test_restricted_item_is_for_those_who_may_read_it(
    indexer: Indexer, sign_in: SignIn
) -> None:
    item = make_item(1, restricted=True)
    await feed(indexer, make_matched_analysis(1, item))
    viewer, analyst = await sign_in("viewer"), await sign_in("analyst")
    assert (await viewer.get("/api/v1/search")).json()["total"] == 0
    assert (await viewer.get(f"/api/v1/items/{item.item_id}")).status_code == 404
    assert (await analyst.get("/api/v1/search")).json()["total"] == 1
    assert (await analyst.get(f"/api/v1/items/{item.item_id}")).status_code == 200


def test_nobody_both_manages_accounts_and_releases() -> None:
    assert Role.ADMINISTRATOR not in RELEASERS | REVIEWERS


async def test_production_without_https_does_not_start(settings: Settings) -> None:
    with pytest.raises(ConfigurationError, match="TOCSIN_PORTAL_HTTPS"):
        create_app(settings.model_copy(update={"env": "production"}), pytest.fail)
