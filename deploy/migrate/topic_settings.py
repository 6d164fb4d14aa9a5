"""Topics that an earlier version created keep its settings; this step brings them up to date."""

from __future__ import annotations

import asyncio

from confluent_kafka import KafkaException
from confluent_kafka.admin import (
    AlterConfigOpType,
    ConfigEntry,
    ConfigResource,
    ResourceType,
)

from shared.admin import create_admin, existing_topics
from shared.errors import TransientError
from shared.settings import Settings

TIMEOUT_SECONDS = 20.0
Changes = dict[str, dict[str, str]]


async def plan_topic_settings(settings: Settings) -> list[str]:
    """Return which setting of which topic is not what this version wants."""
    changes = await _changes(settings)
    return [
        f"set {key} of the topic {topic} to {value}"
        for topic, wanted in changes.items()
        for key, value in wanted.items()
    ]


async def apply_topic_settings(settings: Settings) -> None:
    """Set what differs, and touch nothing else that an operator may have set."""
    await asyncio.to_thread(_set, settings, await _changes(settings))


async def _changes(settings: Settings) -> Changes:
    wanted = {
        topic.physical(settings.namespace): topic.configuration()
        for topic in await existing_topics(settings)
    }
    return await asyncio.to_thread(_differing, settings, wanted)


def _differing(settings: Settings, wanted: Changes) -> Changes:
    resources = [ConfigResource(ResourceType.TOPIC, name) for name in wanted]
    if not resources:
        return {}
    found: Changes = {}
    admin = create_admin(settings)  # held: its answers end with it
    try:
        for resource, future in admin.describe_configs(resources).items():
            there = {key: one.value for key, one in future.result(TIMEOUT_SECONDS).items()}
            differing = {k: v for k, v in wanted[resource.name].items() if there.get(k) != v}
            if differing:
                found[resource.name] = differing
    except (KafkaException, TimeoutError) as error:
        raise TransientError(f"Kafka did not tell the topics' settings: {error}") from error
    return dict(sorted(found.items()))


def _set(settings: Settings, changes: Changes) -> None:
    resources = [
        ConfigResource(
            ResourceType.TOPIC,
            name,
            incremental_configs=[
                ConfigEntry(key, value, incremental_operation=AlterConfigOpType.SET)
                for key, value in wanted.items()
            ],
        )
        for name, wanted in changes.items()
    ]
    admin = create_admin(settings)
    try:
        for future in admin.incremental_alter_configs(resources).values():
            future.result(TIMEOUT_SECONDS)
    except (KafkaException, TimeoutError) as error:
        raise TransientError(f"Kafka did not take the topics' settings: {error}") from error
