"""Valid events for every part's tests: `make_item(2, text="...")`.

Each function takes a number that tells things apart, and keyword overrides for any field; ids and
hashes follow from what is overridden. Equal calls build equal events.
"""

from tests.factories.analysis import (
    make_analysis,
    make_campaign,
    make_copy,
    make_incident,
    make_match,
    make_matched_analysis,
    make_mention,
    make_place,
    make_quote,
    make_story,
)
from tests.factories.building import COUNTRY, GROUP, START, at
from tests.factories.media import (
    make_capture,
    make_health,
    make_item,
    make_outlet,
    make_outlet_state,
    make_removal,
    make_segment,
    make_source,
    make_submission,
)
from tests.factories.operations import make_evidence_day, make_rule, make_subscription
from tests.factories.signals import (
    make_alert,
    make_baseline,
    make_evidence,
    make_review,
    make_signal,
    make_situation,
)

__all__ = [
    "COUNTRY",
    "GROUP",
    "START",
    "at",
    "make_alert",
    "make_analysis",
    "make_baseline",
    "make_campaign",
    "make_capture",
    "make_copy",
    "make_evidence",
    "make_evidence_day",
    "make_health",
    "make_incident",
    "make_item",
    "make_match",
    "make_matched_analysis",
    "make_mention",
    "make_outlet",
    "make_outlet_state",
    "make_place",
    "make_quote",
    "make_removal",
    "make_review",
    "make_rule",
    "make_segment",
    "make_signal",
    "make_situation",
    "make_source",
    "make_story",
    "make_submission",
    "make_subscription",
]
