"""Who is told when, and what the operator's file of addresses may hold."""

from __future__ import annotations

from datetime import UTC, datetime
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest

from services.alerts.outward.cap import Issuer
from services.alerts.outward.hook import request_of, signature_of
from services.alerts.outward.mail import mail_of
from services.alerts.outward.outcome import PAUSES, next_attempt
from services.alerts.outward.recipients import load_recipients
from services.alerts.outward.subscribing import due_at, tellings_of
from shared.errors import ConfigurationError
from shared.events import AlertReleased, Digest, QuietHours, Severity, SubscriptionFilter
from tests.factories import at, make_alert, make_evidence, make_subscription

MONDAY = datetime(2026, 3, 2, 22, 30, tzinfo=UTC)
NIGHT = QuietHours(start="22:00", end="07:00", timezone="Africa/Kinshasa")


@pytest.mark.parametrize(
    ("filter_", "told"),
    [
        ({}, 1),
        ({"countries": ("XA",)}, 1),
        ({"countries": ("XB",)}, 0),
        ({"severities": (Severity.EXTREME,)}, 0),
        ({"severities": (Severity.SEVERE,), "countries": ("XA", "XB")}, 1),
    ],
)
def test_a_filter_says_what_is_wanted(filter_: dict[str, Any], told: int) -> None:
    one = make_subscription(filter=SubscriptionFilter(**filter_))

    assert len(tellings_of(make_alert(), [one], frozenset(), at(0))) == told
    reached = frozenset({one.subscription_id})
    assert len(tellings_of(make_alert(), [one], reached, at(0))) == 1


def test_whoever_ended_a_subscription_is_told_nothing_more() -> None:
    ended = make_subscription(enabled=False)

    assert not tellings_of(make_alert(), [ended], frozenset({ended.subscription_id}), at(0))


@pytest.mark.parametrize(
    ("overrides", "severity", "wanted"),
    [
        ({}, Severity.SEVERE, MONDAY),
        ({"digest": Digest.DAILY}, Severity.EXTREME, datetime(2026, 3, 3, 6, tzinfo=UTC)),
        ({"digest": Digest.WEEKLY}, Severity.SEVERE, datetime(2026, 3, 9, 6, tzinfo=UTC)),
        ({"quiet_hours": NIGHT}, Severity.SEVERE, datetime(2026, 3, 3, 6, tzinfo=UTC)),
        ({"quiet_hours": NIGHT}, Severity.EXTREME, MONDAY),
        (
            {"quiet_hours": QuietHours(start="08:00", end="09:00", timezone="nowhere")},
            Severity.SEVERE,
            MONDAY,
        ),
    ],
)
def test_digests_and_quiet_hours_wait(
    overrides: dict[str, Any], severity: Severity, wanted: datetime
) -> None:
    alert = make_alert(severity=severity)

    assert due_at(make_subscription(**overrides), alert, MONDAY) == wanted


def test_attempts_end_after_three_days() -> None:
    assert sum(PAUSES[1:], PAUSES[0]).days == 3
    assert next_attempt(len(PAUSES) + 1, MONDAY) is None


def test_the_signature_covers_id_time_and_body() -> None:
    key = bytes.fromhex("30bcb6dc3b0ee1cbd8c3b7a5c8bc4d9c2b6e9aaf5dfb3a51")
    request = request_of(make_alert(), key, MONDAY)
    headers = request.headers
    signed = (headers["webhook-id"], headers["webhook-timestamp"], request.body)

    assert headers["webhook-signature"] == signature_of(key, *signed)
    assert headers["webhook-signature"] != signature_of(key, *signed[:2], request.body + b" ")


def test_what_a_source_wrote_is_text_in_a_mail() -> None:
    evidence = make_evidence(quote="<script>alert(1)</script>\r\nBcc: a@b")
    mail = mail_of(
        [make_alert(evidence=[evidence])], "x", Issuer("t@d.example"), "r@m.example", MONDAY
    )
    html = mail.get_body(("html",))

    assert html is not None
    assert "<script>" not in html.get_content()
    assert mail["Bcc"] is None
    assert str(mail["Message-ID"]) == str(mailed(make_alert())["Message-ID"])


def mailed(alert: AlertReleased) -> EmailMessage:
    return mail_of([alert], "x", Issuer("t@d.example"), "r@m.example", MONDAY)


def test_a_file_of_addresses_holds_mails_and_hooks(tmp_path: Path) -> None:
    path = tmp_path / "recipients.yaml"
    path.write_text(
        "a: {email: a@b.example}\n"
        "h: {url: 'https://h.example/x', secret: whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw}"
    )
    found = load_recipients(path)

    assert found.mail == {"a": "a@b.example"}
    assert found.hooks["h"].url == "https://h.example/x"
    assert "MfKQ" not in repr(found)
    assert load_recipients(None).mail == {}


@pytest.mark.parametrize(
    "text",
    [
        "a: {email: 'nobody'}",
        "a: {url: 'http://h.example/', secret: whsec_MfKQ}",
        "a: {url: 'https://h.example/', secret: MfKQ}",
        "a: {mail: a@b.example}",
        "a: b",
    ],
)
def test_a_faulty_address_is_shown_where_it_stands(tmp_path: Path, text: str) -> None:
    path = tmp_path / "recipients.yaml"
    path.write_text(f"first: {{email: a@b.example}}\n{text}")

    with pytest.raises(ConfigurationError, match=r"recipients\.yaml, line 2: a needs"):
        load_recipients(path)
