"""Plays one scenario: an installation from its start to its end, and the verdict on it."""

import asyncio
import time
from collections.abc import Mapping
from dataclasses import dataclass

from deploy.demo.instance import Demonstration, Input
from deploy.demo.lifetime import started
from deploy.demo.meter import Meter
from deploy.demo.release import ReleaseError, choose_password, create_people, release_one
from deploy.demo.run import await_signals, examine, watch
from deploy.faults.stage import Act, FaultError, Stage
from deploy.local.errors import StartError
from deploy.local.paths import STATE
from deploy.local.ports import free_ports
from shared.errors import TransientError

ROOT = STATE / "faults"


@dataclass(frozen=True, slots=True)
class Result:
    """What one scenario showed; `complaint` is empty when it passed."""

    name: str
    complaint: str
    missing: int
    duplicated: int
    seconds: float
    figures: Mapping[str, float]

    @property
    def passed(self) -> bool:
        """Whether every promise was kept."""
        return not self.complaint


def play(name: str, act: Act, source: Input) -> Result:
    """Run the whole demonstration with *act* in its middle and judge it."""
    began = time.monotonic()
    free, more = free_ports(), free_ports()
    ports = {**free, "demo": more["portal"], "demo_control": more["lag"]}
    demonstration = Demonstration(source, root=ROOT, ports=ports)
    complaint, missing, duplicated = "", 0, 0
    figures: dict[str, float] = {}
    try:
        with started(demonstration):
            complaint, missing, duplicated = asyncio.run(_play(demonstration, act, figures))
    except (FaultError, ReleaseError, StartError, TransientError) as error:
        complaint = str(error)
    seconds = round(time.monotonic() - began, 1)
    return Result(name, complaint, missing, duplicated, seconds, figures)


async def _play(
    demonstration: Demonstration, act: Act, figures: dict[str, float]
) -> tuple[str, int, int]:
    settings = demonstration.settings
    demonstration.await_services()
    people = await create_people(settings)
    async with Meter(settings, demonstration.control) as meter:
        await act(Stage(demonstration, settings, meter, figures))
        await watch(meter, lambda _: None)
        if not await await_signals(demonstration.portal, people[0]):
            return "no signal was raised", 0, 0
        people = [await choose_password(demonstration.portal, person) for person in people]
        await release_one(demonstration.portal, people)
        outcome = await examine(settings, meter)
    missing = outcome.verdict.lost
    duplicated = sum(map(len, outcome.verdict.unexpected.values())) + len(outcome.faults)
    complaint = "; ".join(outcome.faults)
    if not outcome.verdict.passed:
        complaint = f"{missing} missing, {duplicated} unexpected. {complaint}"
    return complaint, missing, duplicated
