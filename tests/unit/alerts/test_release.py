"""What leaves and what stays, decided field by field."""

from __future__ import annotations

from datetime import timedelta

import pytest

from services.alerts.release import leaves, marking, to_alert
from services.alerts.signals import worth_telling
from services.alerts.standing import ReleaseFact
from shared.events import (
    AlertReleased,
    Approval,
    Level,
    RabatTest,
    Release,
    ReleaseState,
    Severity,
    SignalChange,
    SignalRevised,
    SignalStatus,
    Tlp,
)
from tests.factories import at, make_alert, make_signal

APPROVALS = tuple(Approval(actor_id=f"account-{n}", recorded_at=at(60 + n)) for n in (1, 2))
FACT = ReleaseFact(at(62), 1, ReleaseState.PARTNERS, Severity.SEVERE, APPROVALS)
# Fields that stay inside even when they are filled.
HELD_BACK = {"level_proposed", "alleged_actors_as_named", "rabat"}


def released(**overrides: object) -> SignalRevised:
    fields = {
        "revision": 2,
        "status": SignalStatus.RELEASED,
        "change": SignalChange.RELEASED,
        "tlp": Tlp.GREEN,
        "release": Release(state=ReleaseState.PARTNERS, approvals=APPROVALS),
    }
    return make_signal(1, **(fields | overrides))


def alert_of(signal: SignalRevised, last: AlertReleased | None = None) -> AlertReleased:
    alert = to_alert(signal, FACT, signal.correction_reason, last)
    assert alert
    return alert


def test_every_field_either_leaves_or_is_held_back_on_purpose() -> None:
    signal = released(
        level_proposed=Level.WATCH, alleged_actors_as_named=["A name"], rabat=RabatTest()
    )
    alert = alert_of(signal)

    same = {
        name for name in AlertReleased.model_fields if getattr(alert, name) == getattr(signal, name)
    }
    assert set(AlertReleased.model_fields) - same == HELD_BACK | {"release"}


def test_a_severity_that_nobody_approved_does_not_leave() -> None:
    assert alert_of(released(severity=Severity.EXTREME)).severity is Severity.SEVERE


def test_a_revision_that_is_no_news_outside_does_not_leave() -> None:
    last = alert_of(released())

    assert to_alert(released(revision=3), FACT, None, last) is None


def test_a_review_is_not_shown_as_one() -> None:
    last = alert_of(released())
    later = released(revision=3, change=SignalChange.REVIEWED, confidence=0.9)

    assert alert_of(later, last).change is SignalChange.EVIDENCE_ADDED


@pytest.mark.parametrize(
    "held",
    [
        {"release": Release()},
        {"release": Release(state=ReleaseState.UNKNOWN)},
        {"tlp": Tlp.AMBER},
        {"tlp": Tlp.UNKNOWN},
        {"status": SignalStatus.ASSESSED},
        {"status": SignalStatus.WITHDRAWN},
        {"embargo_until_at": at(1000)},
    ],
)
def test_what_is_not_released_stays(held: dict[str, object]) -> None:
    assert not leaves(released(**held), already_out=False, now=at(999))


def test_an_embargo_ends() -> None:
    assert leaves(released(embargo_until_at=at(1000)), already_out=False, now=at(1000))


def test_the_end_of_an_alert_follows_it_out() -> None:
    assert leaves(released(status=SignalStatus.WITHDRAWN), already_out=True, now=at(0))


@pytest.mark.parametrize("narrow", [Tlp.RED, Tlp.AMBER_STRICT, Tlp.UNKNOWN])
def test_the_narrowest_markings_are_never_opened(narrow: Tlp) -> None:
    assert marking(narrow, FACT) is narrow


def test_a_release_opens_as_far_as_it_was_approved() -> None:
    public = ReleaseFact(FACT.at, 1, ReleaseState.PUBLIC, FACT.severity, FACT.approvals)

    assert marking(Tlp.AMBER, None) is Tlp.AMBER
    assert marking(Tlp.AMBER, FACT) is Tlp.GREEN
    assert marking(Tlp.AMBER, public) is Tlp.CLEAR


@pytest.mark.parametrize(
    ("change", "severity", "told"),
    [
        (SignalChange.CORRECTED, Severity.SEVERE, True),
        (SignalChange.WITHDRAWN, Severity.SEVERE, True),
        (SignalChange.SEVERITY_CHANGED, Severity.EXTREME, True),
        (SignalChange.SEVERITY_CHANGED, Severity.MINOR, False),
        (SignalChange.EVIDENCE_ADDED, Severity.SEVERE, False),
        (SignalChange.CLOSED, Severity.SEVERE, False),
    ],
)
def test_people_are_told_of_few_things(
    change: SignalChange, severity: Severity, told: bool
) -> None:
    alert = make_alert(1, change=change, severity=severity, revised_at=at(99) + timedelta(1))

    assert worth_telling(alert, make_alert(1)) is told
