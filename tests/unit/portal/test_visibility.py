"""The rule of what a principal may see."""

import pytest

from services.portal.accounts.model import ANONYMOUS, Principal, Role
from services.portal.accounts.visibility import Visibility, may_see, visible_to


def person(*roles: Role, countries: tuple[str, ...] = ("*",)) -> Principal:
    return Principal("id", "name", frozenset(roles), frozenset(countries))


OPEN = Visibility(frozenset({"XA"}))
RESTRICTED = Visibility(frozenset({"XA"}), restricted=True)
REMOVED = Visibility(frozenset({"XA"}), removed=True)


@pytest.mark.parametrize(
    ("principal", "document", "seen"),
    [
        (ANONYMOUS, OPEN, False),
        (person(Role.VIEWER), OPEN, True),
        (person(Role.VIEWER, countries=("XA", "SD")), OPEN, True),
        (person(Role.VIEWER, countries=("SD",)), OPEN, False),
        (person(Role.VIEWER, countries=()), OPEN, False),
        (person(Role.VIEWER), RESTRICTED, False),
        (person(Role.TRAINEE), RESTRICTED, False),
        (person(Role.ADMINISTRATOR), RESTRICTED, False),
        (person(Role.ANALYST), RESTRICTED, True),
        (person(Role.ANALYST, countries=("SD",)), RESTRICTED, False),
        (person(Role.EDITOR), REMOVED, False),
    ],
)
def test_one_document_is_seen_by_the_rule(
    principal: Principal, document: Visibility, seen: bool
) -> None:
    assert may_see(principal, document) is seen


def test_nobody_without_a_role_matches_anything() -> None:
    assert visible_to(ANONYMOUS) == [{"match_none": {}}]


def test_filters_hide_removed_restricted_and_foreign_items() -> None:
    assert visible_to(person(Role.VIEWER, countries=("XA", "SD"))) == [
        {"term": {"removed": False}},
        {"term": {"restricted": False}},
        {"terms": {"countries": ["SD", "XA"]}},
    ]


def test_no_countries_is_none_and_not_all() -> None:
    assert {"terms": {"countries": []}} in visible_to(person(Role.EDITOR, countries=()))
