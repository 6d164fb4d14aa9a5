"""Two people release one signal, through the portal's HTTP API like any two people.

The accounts are made for this run; their passwords are shown once and kept nowhere. A key
counts only from a password that its holder chose, so both editors first change theirs.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from typing import Any

import aiohttp

from services.portal.accounts.commands import create_account
from services.portal.accounts.passwords import new_password
from shared.settings import Settings

CONFLICT = 409
# Longer than the broker waits for a killed indexer's session before it hands its part over.
ATTEMPTS = 90
PAUSE_SECONDS = 1.0
AT_ONCE = "at_once"
FOUNDER = "host:demonstration"  # neither editor made the other's account


class ReleaseError(Exception):
    """The signal could not be released; the message is what the portal said."""


@dataclass(frozen=True, slots=True)
class Person:
    """An account of this run."""

    name: str
    role: str
    password: str


async def create_people(settings: Settings) -> list[Person]:
    """Make an analyst and the two editors whose keys a release needs."""
    wanted = [("amina", "analyst"), ("bertrand", "editor"), ("chantal", "editor")]
    people = []
    for name, role in wanted:
        password = await create_account(settings, name, [role], ["*"], FOUNDER)
        people.append(Person(name, role, password))
    return people


@asynccontextmanager
async def signed_in(portal: str, person: Person) -> AsyncIterator[aiohttp.ClientSession]:
    """Provide an HTTP session in which *person* is signed in and may write."""
    jar = aiohttp.CookieJar(unsafe=True)  # the portal is an address here, not a name
    async with aiohttp.ClientSession(portal, cookie_jar=jar) as http:
        credentials = {"name": person.name, "password": person.password}
        answer = await http.post("/api/v1/session", json=credentials)
        body = await _checked(answer)
        http.headers["X-CSRF-Token"] = body["csrf_token"]
        yield http


async def list_signals(http: aiohttp.ClientSession, what: str = "signals") -> list[dict[str, Any]]:
    """List all open signals, or all alerts."""
    found: list[dict[str, Any]] = []
    cursor: str | None = ""
    while cursor is not None:
        query = {"size": "100"} | ({"cursor": cursor} if cursor else {})
        page = await _checked(await http.get(f"/api/v1/{what}", params=query))
        found += page["signals"]
        cursor = page["next"]
    return found


def choose(signals: list[dict[str, Any]]) -> dict[str, Any]:
    """Choose what to release: an explicit call, with the most owners behind it."""
    calls = [signal for signal in signals if signal["rule_kind"] == AT_ONCE]
    return max(calls or signals, key=lambda s: (s["independent_owners"], s["signal_id"]))


async def choose_password(portal: str, person: Person) -> Person:
    """Let *person* change the password that somebody else knows, and return who that is now."""
    chosen = new_password()
    async with signed_in(portal, person) as http:
        asked = {"old": person.password, "new": chosen}
        await _checked(await http.put("/api/v1/session/password", json=asked))
    return replace(person, password=chosen)


async def release_one(portal: str, people: list[Person]) -> dict[str, Any]:
    """Let both editors release one signal for partners, and return the alert it became."""
    first, second = (person for person in people if person.role == "editor")
    async with signed_in(portal, first) as one, signed_in(portal, second) as other:
        chosen = choose(await list_signals(one))["signal_id"]
        for http in (one, other):
            await _approve(http, chosen)
        return await _await_alert(one, chosen)


async def _approve(http: aiohttp.ClientSession, signal_id: str) -> None:
    """Turn one key; where evidence came in meanwhile, read again first, as a person would."""
    reason = ""
    for _ in range(ATTEMPTS):
        signal = await _checked(await http.get(f"/api/v1/signals/{signal_id}"))
        review = {
            "decision": "approve_release",
            "subject_revision": signal["revision"],
            "scope": "partners",
        }
        answer = await http.post(f"/api/v1/signals/{signal_id}/reviews", json=review)
        if answer.status != CONFLICT:
            await _checked(answer)
            return
        reason = str((await answer.json()).get("detail", ""))
        await asyncio.sleep(PAUSE_SECONDS)
    raise ReleaseError(f"signal {signal_id} cannot be approved: {reason}")


async def _await_alert(http: aiohttp.ClientSession, signal_id: str) -> dict[str, Any]:
    for _ in range(ATTEMPTS):
        for alert in await list_signals(http, "alerts"):
            if alert["signal_id"] == signal_id:
                return alert
        await asyncio.sleep(PAUSE_SECONDS)
    raise ReleaseError(f"signal {signal_id} was approved twice and is no alert")


async def _checked(answer: aiohttp.ClientResponse) -> Any:
    if not answer.ok:
        raise ReleaseError(f"{answer.status} {answer.url.path}: {await answer.text()}")
    return await answer.json()
