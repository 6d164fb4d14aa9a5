"""What is counted does not depend on how often, or in which order, events arrive."""

import asyncio
import time

import pytest

from deploy.demo.findings import read_findings
from shared.settings import Settings
from shared.topics import MEDIA_ANALYSES, MEDIA_OUTLETS, REVIEWS
from tests.comparing import Summary, closed_untouched, summarise
from tests.e2e.conftest import Finished, InstallIdle
from tests.e2e.replay import deliver_shuffled

pytestmark = pytest.mark.timeout(300)


def test_events_delivered_three_times_and_shuffled_give_the_same_signals(
    finished: Finished, install_idle: InstallIdle
) -> None:
    source = finished.demonstration.settings
    with install_idle() as other:
        sent = asyncio.run(
            deliver_shuffled(source, other.settings, (MEDIA_ANALYSES, MEDIA_OUTLETS, REVIEWS), 3)
        )
        assert sent >= 3 * len(finished.outcome.served)
        other.start_service("alerts")
        wanted, found = asyncio.run(_await_equal(source, other.settings))
    assert found == wanted
    latest = finished.outcome.findings.latest.values()
    assert len(wanted) == sum(not closed_untouched(one) for one in latest) > 0


async def _await_equal(source: Settings, other: Settings) -> tuple[set[Summary], set[Summary]]:
    """Read both sets of signals until they are equal, or can no longer become so."""
    deadline = time.monotonic() + 60
    while True:
        wanted = summarise((await read_findings(source)).latest.values())
        found = summarise((await read_findings(other)).latest.values())
        if found == wanted or time.monotonic() > deadline:
            return wanted, found
        await asyncio.sleep(0.5)
