"""An alert, or several gathered, as one mail in plain text and HTML, with CAP beside it; pure."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from html import escape
from uuid import uuid5

from services.alerts.outward.cap import Issuer, cap_of
from services.alerts.outward.wording import headline_of, lines_of, passages_of
from shared.events import AlertReleased
from shared.ids import TOCSIN_NAMESPACE

FOOT = "Sent by Tocsin after two people released it. Nothing in this mail reports that it was read."


def mail_of(
    alerts: Sequence[AlertReleased], name: str, issuer: Issuer, to: str, at: datetime
) -> EmailMessage:
    """Return the mail; `name` stands for what is told to whom, and makes its Message-ID."""
    mail = EmailMessage(policy=SMTP)
    mail["Subject"] = _subject(alerts)
    mail["From"], mail["To"] = issuer.sender, to
    mail["Date"] = format_datetime(at)
    mail["Message-ID"] = f"<{uuid5(TOCSIN_NAMESPACE, f'mail|{name}')}@tocsin>"
    mail["Auto-Submitted"] = "auto-generated"
    mail.set_content("\n\n\n".join([*map(_plain, alerts), FOOT]))
    mail.add_alternative(_html(alerts), subtype="html")
    for alert in alerts:
        file = f"{alert.signal_id}.{alert.revision}.cap.xml"
        mail.add_attachment(cap_of(alert, issuer), "application", "cap+xml", filename=file)
    return mail


def _subject(alerts: Sequence[AlertReleased]) -> str:
    if len(alerts) == 1:
        return headline_of(alerts[0])
    countries = ", ".join(sorted({one.situation.country for one in alerts}))
    return f"{len(alerts)} alerts: {countries}"


def _plain(alert: AlertReleased) -> str:
    said = [headline_of(alert), *lines_of(alert), *passages_of(alert)]
    return "\n\n".join([*said, f"Marked TLP:{alert.tlp.upper()}."])


def _html(alerts: Sequence[AlertReleased]) -> str:
    """Return the same as a page; what a source said is text, whatever it looks like."""
    parts: list[str] = []
    for alert in alerts:
        parts.append(f"<h1>{escape(headline_of(alert))}</h1>")
        parts += [f"<p>{escape(line)}</p>" for line in lines_of(alert)]
        quoted = (
            f'<blockquote dir="auto">{escape(one)}</blockquote>' for one in passages_of(alert)
        )
        parts += quoted
        parts.append(f"<p>Marked TLP:{escape(alert.tlp.upper())}.</p>")
    body = "\n".join([*parts, f"<p>{escape(FOOT)}</p>"])
    return f'<!doctype html><html lang="en"><meta charset="utf-8"><body>{body}</body></html>'
