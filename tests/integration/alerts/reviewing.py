"""Reviews of the signal that a desk has raised, and rules with an embargo."""

from __future__ import annotations

from itertools import count
from typing import Any

from services.alerts.rules import AtOnce
from shared.events import (
    ReviewRecorded,
)
from tests.factories import (
    make_matched_analysis,
    make_review,
)
from tests.integration.alerts.conftest import SHIPPED, Desk

_numbers = count(1)
EMBARGOED = tuple(
    rule.model_copy(update={"definition": AtOnce(embargo_hours=24)})
    for rule in SHIPPED
    if isinstance(rule.definition, AtOnce)
)


def review(desk: Desk, actor: int, **overrides: Any) -> ReviewRecorded:
    """Build a review of the signal as it now is, recorded now."""
    signal = desk.signals[-1]
    defaults = {
        "review_id": f"review-{next(_numbers)}",
        "subject_id": signal.signal_id,
        "subject_revision": signal.revision,
        "actor_id": f"account-{actor}",
        "recorded_at": desk.time[0],
    }
    return make_review(actor, **(defaults | overrides))


async def released(desk: Desk, **overrides: Any) -> None:
    await desk.deliver(make_matched_analysis())
    for actor in (1, 2):
        await desk.wait(minutes=1)
        await desk.deliver(review(desk, actor, **overrides))
