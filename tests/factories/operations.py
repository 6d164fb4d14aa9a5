"""Sealed days of evidence, rules and subscriptions."""

from datetime import timedelta
from typing import Any

from shared.events import (
    Channel,
    EvidenceDayClosed,
    RuleChanged,
    RuleKind,
    SubscriptionChanged,
    SubscriptionFilter,
)
from shared.ids import text_sha256
from tests.factories.building import COUNTRY, START, at, built


def make_evidence_day(number: int = 1, **overrides: Any) -> EvidenceDayClosed:
    """Build the seal of the calendar's day `number`, chained to the day before."""
    defaults = {
        "day": START.date() + timedelta(days=number - 1),
        "root_sha256": text_sha256(f"root {number}"),
        "previous_root_sha256": text_sha256(f"root {number - 1}") if number > 1 else None,
        "records": 1200,
        "bytes": 58_000_000,
        "software_version": "0.1.0",
        "closed_at": at(number * 24 * 60),
    }
    return built(EvidenceDayClosed, defaults, overrides)


def make_rule(number: int = 1, **overrides: Any) -> RuleChanged:
    """Build version `number` of the rule that `make_signal` names."""
    defaults = {
        "rule_id": "explicit-call",
        "version": number,
        "enabled": True,
        "kind": RuleKind.AT_ONCE,
        "definition": {"indicators": ["11.4"], "minimum_strength": 0.8},
        "actor_id": "account-1",
        "recorded_at": at(number),
    }
    return built(RuleChanged, defaults, overrides)


def make_subscription(number: int = 1, **overrides: Any) -> SubscriptionChanged:
    defaults = {
        "subscription_id": f"subscription-{number}",
        "recipient_id": f"recipient-{number}",
        "channel": Channel.EMAIL,
        "address_ref": f"address-{number}",
        "filter": SubscriptionFilter(countries=(COUNTRY,)),
        "enabled": True,
        "consent_at": at(-1440),
    }
    return built(SubscriptionChanged, defaults, overrides)
