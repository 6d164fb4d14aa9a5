"""What is counted does not depend on how often, or in which order, events arrive."""

import asyncio
import time

import pytest

from deploy.demo.findings import read_findings
from shared.offsets import consumer_lag
from shared.settings import Settings
from shared.topics import MEDIA_ANALYSES, MEDIA_OUTLETS, REVIEWS, subscription
from tests.comparing import closed_untouched, summarise
from tests.e2e.conftest import Finished, InstallIdle
from tests.e2e.replay import deliver_shuffled

# An installation lets a revision wait two seconds for further evidence: this is three times that.
SAID_SECONDS = 6

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
        asyncio.run(_await_end(other.settings))
        wanted = summarise(asyncio.run(read_findings(source)).latest.values())
        found = summarise(asyncio.run(read_findings(other.settings)).latest.values())
    assert found == wanted
    latest = finished.outcome.findings.latest.values()
    assert len(wanted) == sum(not closed_untouched(one) for one in latest) > 0


async def _await_end(settings: Settings) -> None:
    """Wait until everything was read, and whatever that made was said.

    Not until the signals are as expected: they may be so for a moment and change again.
    """
    deadline = time.monotonic() + 120
    while sum((await consumer_lag(settings, subscription("alerts"))).values()):
        assert time.monotonic() < deadline, "alerts did not come to the end"
        await asyncio.sleep(0.5)
    await asyncio.sleep(SAID_SECONDS)
