"""Where a fault is tried: one installation on the demonstration's input, begun empty.

A fault acts while the input is on its way; afterwards the same comparison as the demonstration's
tells what is missing, what is twice, and whether every promise about signals was kept.
"""

import asyncio
import json
import time
import urllib.error
import urllib.request
from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass, field
from itertools import cycle, islice
from typing import Any

from deploy.demo.findings import Findings, read_findings
from deploy.demo.instance import Demonstration
from deploy.demo.meter import Meter, Reading
from deploy.demo.records import read_topic
from deploy.demo.run import watch
from deploy.local.ports import HOST
from shared.publish import create_producer
from shared.settings import Settings
from shared.topics import Topic

PATIENCE_SECONDS = 240.0
PAUSE_SECONDS = 0.5
HEALTH_SECONDS = 90.0
UNAVAILABLE = 503


class FaultError(Exception):
    """The installation did not behave as promised; the message says in what."""


@dataclass(frozen=True, slots=True)
class Stage:
    """What a scenario may touch."""

    demonstration: Demonstration
    settings: Settings
    meter: Meter
    figures: dict[str, float] = field(default_factory=dict)
    """What the scenario measured, printed beside the verdict."""

    async def indexed(self, at_least: int) -> Reading:
        """Wait until so many items are searchable."""
        return await self.until(lambda reading: reading.indexed >= at_least, "items indexed")

    async def through(self) -> None:
        """Wait until the input is through."""
        await watch(self.meter, lambda _: None)

    async def until(self, condition: Callable[[Reading], bool], what: str) -> Reading:
        """Wait until the counts satisfy *condition*; FaultError after a while."""
        deadline = time.monotonic() + PATIENCE_SECONDS
        while True:
            reading = await self.meter.read()
            if condition(reading):
                return reading
            if time.monotonic() > deadline:
                raise FaultError(f"waited in vain for {what}: {reading}")
            await asyncio.sleep(PAUSE_SECONDS)

    async def searchable(self, items: Iterable[str], what: str) -> None:
        """Wait until every one of these items was found by a search."""
        wanted = set(items)
        seen = self.meter.searchable_at
        await self.until(lambda _: wanted <= seen.keys(), what)

    def restart(self, name: str, extra: Mapping[str, str] | None = None) -> None:
        """Start a service again after it ended."""
        installation = self.demonstration
        installation.stack.start_service(name, {**installation.extra, **(extra or {})})

    def alive(self, name: str) -> bool:
        """Tell whether the process runs."""
        return self.demonstration.stack.child(name).process is not None

    def ask(self, name: str, route: str) -> tuple[int, dict[str, Any]]:
        """Return status and answer of a service's operations route."""
        address = f"http://{HOST}:{self.demonstration.ports[name]}/{route}"
        try:
            with urllib.request.urlopen(address, timeout=10) as answer:
                return int(answer.status), json.load(answer)
        except urllib.error.HTTPError as refused:
            return refused.code, {}
        except OSError:  # not listening yet
            return UNAVAILABLE, {}

    async def condition(self, name: str, consumer: str, state: str) -> None:
        """Wait until /healthz of service *name* shows its consumer in *state*."""
        deadline = time.monotonic() + PATIENCE_SECONDS
        while time.monotonic() < deadline:
            _, found = self.ask(name, "healthz")
            if found.get("conditions", {}).get(f"consumer {consumer}", {}).get("state") == state:
                return
            await asyncio.sleep(PAUSE_SECONDS)
        raise FaultError(f"{consumer} never became {state}")

    async def waiting(self, name: str) -> None:
        """Wait until /healthz of service *name* names something that it waits for."""
        await self._health(name, ready=False)

    async def ready(self, name: str) -> None:
        """Wait until /healthz of service *name* names nothing any more."""
        await self._health(name, ready=True)

    async def _health(self, name: str, *, ready: bool) -> None:
        deadline = time.monotonic() + HEALTH_SECONDS
        while self.ask(name, "healthz")[1].get("ready") is not ready:
            if time.monotonic() > deadline:
                raise FaultError(f"/healthz of {name} never said ready: {ready}")
            await asyncio.sleep(PAUSE_SECONDS)

    def pid(self, name: str) -> int:
        """Return the pid of a service; FaultError when it does not run."""
        process = self.demonstration.stack.child(name).process
        if process is None:
            raise FaultError(f"{name} does not run")
        return int(process.pid)

    async def repeat(self, topic: Topic, count: int) -> None:
        """Write what lies on a topic once more, and again, until there are *count* records more."""
        lying = await read_topic(self.settings, topic)
        async with create_producer(self.settings) as producer:
            for record in islice(cycle(lying), count):
                headers = [(name, text.encode()) for name, text in record.headers.items()]
                await producer.send(
                    topic.physical(self.settings.namespace),
                    record.value,
                    key=record.key.encode(),
                    headers=headers,
                )
            await producer.flush()

    async def put(self, topic: Topic, *values: bytes, key: bytes | None = None) -> None:
        """Write raw bytes to a topic, as no service of ours would."""
        async with create_producer(self.settings) as producer:
            for value in values:
                name = topic.physical(self.settings.namespace)
                await producer.send_and_wait(name, value, key=key)

    async def findings(self) -> Findings:
        """Read all signals and alerts."""
        return await read_findings(self.settings)


Act = Callable[[Stage], Awaitable[None]]
