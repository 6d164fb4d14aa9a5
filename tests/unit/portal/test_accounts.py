"""Passwords, keys and sessions without a server."""

from datetime import timedelta

import pytest
from pydantic import ValidationError

from deploy.cli.accounts import host_user
from services.portal.accounts.access import is_public
from services.portal.accounts.commands import NAME
from services.portal.accounts.model import Account, PasswordSet, Role, account_id, independent
from services.portal.accounts.passwords import PasswordCheck, hash_password, new_password
from services.portal.accounts.sessions import csrf_matches, csrf_token
from services.portal.problems import ProblemError
from services.portal.signals.reviews import (
    ALLOWED,
    Recorded,
    ReviewRequest,
    create_review,
    keys_standing,
    keys_turned,
)
from shared.events import Approval, Decision, Release, SignalStatus
from shared.settings import Settings
from tests.factories import at, make_signal


def account(name: str, *history: PasswordSet) -> Account:
    return Account(
        account_id(name), name, "", frozenset({Role.EDITOR}), frozenset("*"), False, history
    )


def recorded(actor: str, decision: Decision, minute: float) -> Recorded:
    return Recorded(f"{actor}-{minute}", actor, decision, "public", None, at(minute))


async def test_right_password_alone_is_right() -> None:
    check, password = PasswordCheck(), new_password()
    stored = hash_password(password)
    assert stored.startswith("$argon2id$")
    assert await check(stored, password)
    assert not await check(stored, password + "x")
    assert not await check(None, password)


def test_name_in_any_case_is_one_account() -> None:
    assert account_id("Ana") == account_id(" ana ")


def test_creator_is_not_independent_for_seven_days() -> None:
    creator = account("creator")
    made = account("made", PasswordSet(creator.id, at(0)))
    assert not independent(creator, made, at(0) + timedelta(days=6, hours=23))
    assert not independent(made, creator, at(0) + timedelta(days=1))
    assert independent(creator, made, at(0) + timedelta(days=7))


def test_two_passwords_last_set_by_one_hand_are_not_independent_for_seven_days() -> None:
    hand = PasswordSet(account_id("host:root"), at(0))
    one, two = account("one", hand), account("two", hand)
    assert not independent(one, two, at(0) + timedelta(days=6))
    assert independent(one, two, at(0) + timedelta(days=7))
    own = PasswordSet(account_id("two"), at(1))
    assert independent(one, account("two", hand, own), at(2))


def test_hand_at_the_server_is_nobody_with_an_account(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LOGNAME", "ana")
    assert host_user() == "host:ana"
    assert NAME.fullmatch(host_user()) is None


def test_form_token_belongs_to_one_session() -> None:
    assert csrf_matches("one", csrf_token("one"))
    assert not csrf_matches("one", csrf_token("two"))
    assert not csrf_matches("one", "")


def test_revocation_takes_back_one_key_and_withdrawal_all() -> None:
    entries = [
        recorded("ana", Decision.APPROVE_RELEASE, 1),
        recorded("ben", Decision.APPROVE_RELEASE, 2),
        recorded("ana", Decision.REVOKE, 3),
    ]
    assert set(keys_turned({one.review_id: one for one in entries})) == {"ben"}
    entries.append(recorded("ben", Decision.WITHDRAW, 4))
    assert keys_turned({one.review_id: one for one in entries}) == {}


def test_lapsed_key_no_longer_stands_and_a_new_one_does() -> None:
    entries = {
        one.review_id: one
        for one in (
            recorded("ana", Decision.APPROVE_RELEASE, 1),
            recorded("ben", Decision.APPROVE_RELEASE, 2),
            recorded("eva", Decision.APPROVE_RELEASE, 99),
        )
    }
    signal = make_signal(
        1,
        revised_at=at(50),
        release=Release(approvals=(Approval(actor_id="ben", recorded_at=at(2)),)),
    )
    assert set(keys_standing(signal, entries)) == {"ben", "eva"}


@pytest.mark.parametrize(
    ("decision", "extra"),
    [
        ("approve_release", {}),
        ("approve_release", {"scope": "unknown"}),
        ("withdraw", {}),
        ("correct", {"note": "  "}),
        ("set_level", {}),
        ("unheard_of", {}),
    ],
)
def test_incomplete_decision_is_refused(decision: str, extra: dict[str, str]) -> None:
    with pytest.raises(ValidationError):
        ReviewRequest.model_validate({"decision": decision, "subject_revision": 1} | extra)


@pytest.mark.parametrize("decision", sorted(ALLOWED))
def test_only_the_roles_named_may_decide(decision: Decision) -> None:
    asked = ReviewRequest.model_validate(
        {"decision": decision, "subject_revision": 1, "scope": "partners", "note": "why"}
    )
    for role in Role:
        who = Account("id", "n", "", frozenset({role}), frozenset("*"), False, ()).principal
        if role in ALLOWED[decision]:
            assert create_review("signal", asked, who, at(0)).actor_role == role
        else:
            with pytest.raises(ProblemError):
                create_review("signal", asked, who, at(0))


def test_no_proxy_is_trusted_unless_it_is_named_by_its_address() -> None:
    assert Settings().portal_trusted_proxies == ()
    for vague in ("*", "proxy.example", ""):
        with pytest.raises(ValidationError):
            Settings(portal_trusted_proxies=(vague,))


def test_public_paths_are_exact() -> None:
    assert is_public("GET", "/login")
    assert is_public("HEAD", "/livez")
    assert not is_public("DELETE", "/login")
    assert not is_public("GET", "/login/x")
    assert not is_public("GET", "/loginx")
    assert not is_public("POST", "/static/portal.css")


def test_new_signal_has_no_key() -> None:
    assert make_signal(1).status is SignalStatus.NEW
    assert keys_standing(make_signal(1), {}) == {}
