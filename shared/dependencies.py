"""What a service needs, and how it waits for it: visibly, patiently, without ending.

A check may fail in any way while an engine is broken; whatever it raises means "not yet".
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

from aiokafka.client import AIOKafkaClient
from aiokafka.errors import KafkaError

from shared.errors import TransientError
from shared.health import Health
from shared.publish import connection
from shared.settings import Settings
from shared.topics import Subscription

CHECK_SECONDS = 5.0
ANSWER_SECONDS = 20.0


@dataclass(frozen=True, slots=True)
class Dependency:
    """Something a service needs; `check` raises TransientError while it is away."""

    name: str
    check: Callable[[], Awaitable[None]]


def kafka_dependency(settings: Settings, subscription: Subscription | None = None) -> Dependency:
    """Return the check that Kafka answers and that the topics of *subscription* exist."""
    wanted = {
        topic.physical(settings.namespace)
        for topic in (subscription.topics if subscription else ())
    }

    async def check() -> None:
        client = AIOKafkaClient(**connection(settings))
        try:
            await client.bootstrap()
            missing = wanted - (await client.fetch_all_metadata()).topics()
        except KafkaError as error:
            raise TransientError(f"Kafka is away: {type(error).__name__}") from error
        finally:
            await client.close()
        if missing:
            raise TransientError(f"topic {min(missing)} is missing: run tocsin prepare")

    return Dependency("kafka", check)


async def await_dependencies(
    health: Health, dependencies: Sequence[Dependency], pause_seconds: float = 1.0
) -> None:
    """Return when every dependency answers; until then /healthz says what is awaited."""
    for dependency in dependencies:
        while not await _check(health, dependency):
            await asyncio.sleep(pause_seconds)


async def _check(health: Health, dependency: Dependency) -> bool:
    try:
        await asyncio.wait_for(dependency.check(), timeout=ANSWER_SECONDS)
    except TransientError as error:
        health.waiting(dependency.name, str(error))
        return False
    except Exception as error:  # noqa: BLE001 - an engine may fail in ways we do not know
        health.waiting(dependency.name, f"it failed: {type(error).__name__}")
        return False
    health.ok(dependency.name)
    return True


async def observe_dependencies(health: Health, dependencies: Sequence[Dependency]) -> None:
    """Keep /healthz true while the service runs."""
    while True:
        for dependency in dependencies:
            await _check(health, dependency)
        await asyncio.sleep(CHECK_SECONDS)
