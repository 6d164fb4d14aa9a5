"""When silence is a signal, and when it is our own connection."""

from __future__ import annotations

import random
from datetime import datetime
from typing import Any

import pytest

from services.alerts.blackout import Statement, blackout
from services.alerts.rules import Blackout
from shared.events import Health
from tests.factories import COUNTRY, START, at

RULE, DAY = Blackout(), START.date()


def said(number: int, **overrides: Any) -> Statement:
    since: datetime = overrides.get("since_at", at(10 * number))
    fields: dict[str, Any] = {
        "said_at": since,
        "outlet_id": f"outlet-{number}",
        "owner": f"owner-{number}",
        "country": COUNTRY,
        "domestic": True,
        "health": Health.SILENT,
        "since_at": since,
        "until_at": None,
    }
    return Statement(**(fields | overrides))


ELSEWHERE = [
    said(50 + n, country="XB", health=Health.HEALTHY, since_at=at(-9000)) for n in range(3)
]
THREE = [said(1), said(2), said(3, health=Health.FAILING)]


def test_three_outlets_of_three_owners_within_six_hours_are_a_blackout() -> None:
    found = blackout(RULE, COUNTRY, DAY, [*THREE, *ELSEWHERE])

    assert not found.reason
    assert [one.outlet_id for one in found.silent] == ["outlet-1", "outlet-2", "outlet-3"]
    assert (found.owners, found.answering) == (3, 3)


@pytest.mark.parametrize(
    "known",
    [
        [*THREE[:2], *ELSEWHERE],
        [*THREE[:2], said(3, owner="owner-1"), *ELSEWHERE],
        [*THREE[:2], said(3, since_at=at(380)), *ELSEWHERE],
        [*THREE[:2], said(3, domestic=False), *ELSEWHERE],
        [*THREE[:2], said(3, health=Health.DEGRADED), *ELSEWHERE],
        THREE,
        [*THREE, *(said(60 + n, country="XB", since_at=at(5)) for n in range(3))],
        [*THREE, *(said(60 + n, country="XB") for n in range(3))],
    ],
    ids=["two", "one owner", "later", "exile", "fewer items", "nobody else", "ours", "unread"],
)
def test_what_is_no_blackout_says_why(known: list[Statement]) -> None:
    assert blackout(RULE, COUNTRY, DAY, known).reason


def test_a_silence_that_was_said_twice_is_one() -> None:
    again = said(1, said_at=at(900))

    assert blackout(RULE, COUNTRY, DAY, [said(1), again, said(2), *ELSEWHERE]).reason


def test_outlets_that_came_back_before_answer() -> None:
    known = [said(70, country="XB", since_at=at(-500), until_at=at(-20)), *THREE]

    assert not blackout(RULE, COUNTRY, DAY, known).reason


def test_the_order_of_statements_never_matters() -> None:
    known = [*THREE, *ELSEWHERE, said(1, said_at=at(900)), said(9, since_at=at(500))]
    wanted = blackout(RULE, COUNTRY, DAY, known)
    for seed in range(20):
        random.Random(seed).shuffle(known)
        assert blackout(RULE, COUNTRY, DAY, known) == wanted
