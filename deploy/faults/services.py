"""Faults of our own processes: killed, stopped, asked to end, replayed from the beginning."""

import asyncio
import signal
import time
from functools import partial

from deploy.faults.broker import rewind
from deploy.faults.stage import Act, FaultError, Stage
from deploy.local.stack import SERVICE_NAMES
from shared.topics import subscription

KILLS = 3
KILL_EVERY = 60  # items indexed between two kills
DRAIN_SECONDS = 10.0
FROZEN_SECONDS = 90.0


async def kill_three_times(stage: Stage, name: str) -> None:
    """Kill a service with SIGKILL three times while items pass, and start it again."""
    for turn in range(1, KILLS + 1):
        if name == "indexer":
            await asyncio.sleep(3)
        else:
            await stage.indexed(turn * KILL_EVERY)
        stage.demonstration.stack.kill(name)
        stage.restart(name)


async def end_under_load(stage: Stage) -> None:
    """Ask every service to end while items pass: each ends within ten seconds with its work."""
    await stage.indexed(KILL_EVERY)
    for name in ("ingest", "analysis", "alerts", "indexer"):
        process = stage.demonstration.stack.child(name).process
        if process is None:
            raise FaultError(f"{name} was not running")
        began = time.monotonic()
        process.send_signal(signal.SIGTERM)
        await asyncio.to_thread(stage.demonstration.stack.child(name).stop)
        took = time.monotonic() - began
        if took > DRAIN_SECONDS:
            raise FaultError(f"{name} took {took:.1f} s to end")
        stage.restart(name)


async def freeze(stage: Stage, name: str) -> None:
    """Stop a process for longer than its session and let it go on: no stale write may win."""
    await stage.indexed(KILL_EVERY)
    stage.demonstration.stack.kill(name, signal.SIGSTOP)
    await asyncio.sleep(FROZEN_SECONDS)
    stage.demonstration.stack.kill(name, signal.SIGCONT)


async def replay(stage: Stage) -> None:
    """Read everything again from the first record: the same signals, nothing told again."""
    await stage.through()
    before = await stage.findings()
    stage.demonstration.stack.child("alerts").stop()
    await rewind(stage.settings, subscription("alerts"))
    stage.restart("alerts")
    await stage.through()
    after = await stage.findings()
    changed = [one for one, signal_ in before.latest.items() if after.latest.get(one) != signal_]
    if changed or len(after.latest) != len(before.latest):
        raise FaultError(f"signals changed by a replay: {changed or 'their number'}")
    if len(after.alerts) != len(before.alerts):
        raise FaultError("an alert was sent again")


SCENARIOS: dict[str, Act] = {
    **{
        f"kill-{name}": partial(kill_three_times, name=name)
        for name in SERVICE_NAMES
        if name in {"ingest", "analysis", "alerts", "indexer"}
    },
    "end-under-load": end_under_load,
    "freeze-analysis": partial(freeze, name="analysis"),
    "freeze-indexer": partial(freeze, name="indexer"),
    "replay-from-the-beginning": replay,
}
