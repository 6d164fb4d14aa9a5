"""An alert as a CloudEvent for a webhook, signed by the Standard Webhooks specification; pure."""

from __future__ import annotations

import hmac
import json
from base64 import b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256

from shared.events import AlertReleased
from shared.ids import event_id


@dataclass(frozen=True, slots=True)
class Request:
    """What is posted; each attempt has the same `webhook-id`, which tells repetitions."""

    body: bytes
    headers: Mapping[str, str]


def request_of(alert: AlertReleased, key: bytes, at: datetime) -> Request:
    """Return body and headers of one attempt, at its time."""
    name = event_id(alert.TYPE, alert.subject, alert.sequence)
    event = {
        "specversion": "1.0",
        "id": name,
        "source": "/tocsin/alerts",
        "type": alert.TYPE,
        "subject": alert.signal_id,
        "time": alert.revised_at.astimezone(UTC).isoformat(),
        "datacontenttype": "application/json",
        "data": alert.model_dump(mode="json"),
    }
    body = json.dumps(event, ensure_ascii=False).encode()
    stamp = str(int(at.timestamp()))
    return Request(
        body,
        {
            "content-type": "application/cloudevents+json",
            "webhook-id": name,
            "webhook-timestamp": stamp,
            "webhook-signature": signature_of(key, name, stamp, body),
        },
    )


def signature_of(key: bytes, name: str, stamp: str, body: bytes) -> str:
    """Return the signature: version 1 is HMAC-SHA-256 of id, time and body, joined by dots."""
    signed = hmac.new(key, f"{name}.{stamp}.".encode() + body, sha256).digest()
    return f"v1,{b64encode(signed).decode()}"
