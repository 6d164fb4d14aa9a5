"""The audit log's chain, rates, and what an API key's holder is."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from services.portal.accounts.keys import narrowed
from services.portal.accounts.model import RELEASERS, Principal, Role
from services.portal.accounts.rates import RateLimit
from services.portal.audit.chain import BEGINNING, Deed, Entry, entry_after, first_break

NOW = datetime(2026, 3, 10, 12, 0, tzinfo=UTC)


def chain(count: int) -> list[Entry]:
    entries: list[Entry] = []
    previous = BEGINNING
    for number in range(count):
        entries.append(entry_after(number, previous, Deed("who", "did", f"thing {number}", NOW)))
        previous = entries[-1].hash
    return entries


def test_untouched_chain_holds() -> None:
    assert first_break(chain(5)) is None
    assert first_break([]) is None


@pytest.mark.parametrize(
    "forged",
    [
        Deed("other", "did", "thing 2", NOW),
        Deed("who", "other", "thing 2", NOW),
        Deed("who", "did", "other", NOW),
    ],
)
def test_changed_entry_is_found(forged: Deed) -> None:
    entries = chain(5)
    entries[2] = replace(entries[2], deed=forged)
    assert first_break(entries) == "Entry 3 was changed after it was written."


def test_entry_made_anew_breaks_the_next() -> None:
    entries = chain(5)
    entries[2] = entry_after(2, entries[1].hash, Deed("who", "did", "nothing", NOW))
    assert first_break(entries) == "Entry 4 does not follow the one before it."


def test_missing_entry_is_found() -> None:
    entries = chain(5)
    del entries[1]
    assert first_break(entries) == "Entry 2 is missing: after 1 comes 3."


def test_asker_waits_as_long_as_it_is_told_and_others_do_not() -> None:
    now = [0.0]
    limit = RateLimit(60, lambda: now[0])
    assert [limit.wait_seconds("a") for _ in range(60)] == [0] * 60
    wait = limit.wait_seconds("a")
    assert wait == 1
    assert limit.wait_seconds("b") == 0
    now[0] += wait
    assert limit.wait_seconds("a") == 0
    assert limit.wait_seconds("a") == 1


def test_key_of_an_editor_releases_nothing() -> None:
    editor = Principal("id", "name", frozenset({Role.EDITOR}), frozenset({"*"}))
    assert not narrowed(editor).holds(RELEASERS)
    assert Role.ANALYST in narrowed(editor).roles
    viewer = replace(editor, roles=frozenset({Role.VIEWER}))
    assert narrowed(viewer) == viewer
