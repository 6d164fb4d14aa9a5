"""Administration of Kafka: topics and access rules.

`prepare` is the one idempotent step that creates topics and rules; services never do.
It may be repeated and raced, and adds what is missing without touching what is there.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future
from typing import Any

from confluent_kafka import KafkaError, KafkaException
from confluent_kafka.admin import (
    AclBinding,
    AclBindingFilter,
    AclOperation,
    AclPermissionType,
    AdminClient,
    NewTopic,
    ResourcePatternType,
    ResourceType,
)

from shared.dead_letters import MAX_BYTES as DEAD_LETTER_BYTES
from shared.errors import ConfigurationError, TransientError
from shared.settings import Settings
from shared.topics import (
    MONITOR,
    SUBSCRIBERS,
    TOPICS,
    Topic,
    dead_letter_topic,
)

TIMEOUT_SECONDS = 20.0
RULES_SECONDS = 0.05
ANYTHING: Any = None  # which the library takes, though its annotations ask for text
DEAD_LETTER_CONFIGURATION = {
    "cleanup.policy": "delete",
    "retention.ms": "-1",
    "max.message.bytes": str(DEAD_LETTER_BYTES),  # more than any other topic takes
}


async def prepare(settings: Settings, topics: Sequence[Topic] = TOPICS) -> None:
    """Create *topics*, the dead-letter topics of their consumers, and all access rules.

    Raises TransientError while Kafka is away, ConfigurationError where a topic exists
    with another number of partitions than the design fixes.
    """
    await asyncio.to_thread(_prepare, settings, topics)


async def drop(settings: Settings, topics: Sequence[Topic] = TOPICS) -> None:
    """Delete what `prepare` created in this namespace; refused in production."""
    if settings.env == "production":
        raise ConfigurationError("Topics are never dropped while TOCSIN_ENV is production.")
    await asyncio.to_thread(_drop, settings, topics)


async def pending(settings: Settings, topics: Sequence[Topic] = TOPICS) -> list[str]:
    """Say what `prepare` would do now, a phrase each; nothing when it has been done."""
    return await asyncio.to_thread(_pending, settings, topics)


async def existing_topics(settings: Settings) -> list[Topic]:
    """Return those of the design's topics that are there in this namespace."""
    known = await asyncio.to_thread(lambda: _partitions(create_admin(settings)))
    return [topic for topic in TOPICS if topic.physical(settings.namespace) in known]


def create_admin(settings: Settings) -> AdminClient:
    """Return a client for administration; it connects at the first use."""
    configuration: dict[str, Any] = {
        "bootstrap.servers": settings.kafka_bootstrap,
        "socket.timeout.ms": int(TIMEOUT_SECONDS * 1000),
        "log_level": 0,
    }
    if settings.kafka_username is not None:
        configuration |= {
            "security.protocol": "SASL_PLAINTEXT",
            "sasl.mechanism": settings.kafka_mechanism,
            "sasl.username": settings.kafka_username,
            "sasl.password": settings.password("kafka"),
        }
    return AdminClient(configuration)


def dead_letter_topics(settings: Settings, topics: Iterable[Topic]) -> Iterator[tuple[str, str]]:
    """Yield (physical name, principal) of every dead-letter topic of *topics*."""
    wanted = set(topics)
    for subscriber in SUBSCRIBERS:
        for topic in subscriber.topics:
            if topic in wanted:
                name = dead_letter_topic(topic.name, subscriber.consumer, settings.namespace)
                yield name, subscriber.principal


def _prepare(settings: Settings, topics: Sequence[Topic]) -> None:
    admin = create_admin(settings)
    existing = _partitions(admin)
    _refuse_changed_partitions(settings, topics, existing)
    new = [one for one in _designed(settings, topics) if one.topic not in existing]
    if new:
        created = admin.create_topics(new, request_timeout=TIMEOUT_SECONDS)
        _await_all(created, ignore={KafkaError.TOPIC_ALREADY_EXISTS})
    if settings.kafka_username is not None:
        rules = dict.fromkeys(access_rules(settings, topics))  # a reader may also write
        _await_all(admin.create_acls(list(rules)))
        _await_rules(admin, set(rules))


def _designed(settings: Settings, topics: Sequence[Topic]) -> list[NewTopic]:
    """Return *topics* and their consumers' dead-letter topics as the broker is told of them."""
    copies = settings.kafka_replication
    own = [
        NewTopic(
            topic.physical(settings.namespace),
            num_partitions=topic.partitions,
            replication_factor=copies,
            config=topic.configuration(),
        )
        for topic in topics
    ]
    letters = [
        NewTopic(
            name, num_partitions=1, replication_factor=copies, config=DEAD_LETTER_CONFIGURATION
        )
        for name, _ in dead_letter_topics(settings, topics)
    ]
    return own + letters


def _pending(settings: Settings, topics: Sequence[Topic]) -> list[str]:
    admin = create_admin(settings)
    existing = _partitions(admin)
    _refuse_changed_partitions(settings, topics, existing)
    missing = [one.topic for one in _designed(settings, topics) if one.topic not in existing]
    found = [f"create the topic {name}" for name in missing]
    if settings.kafka_username is not None:
        lacking = set(access_rules(settings, topics)) - _rules(admin)
        found += [f"add {len(lacking)} access rules"] if lacking else []
    return found


def _rules(admin: AdminClient) -> set[AclBinding]:
    every = AclBindingFilter(
        ResourceType.ANY,
        ANYTHING,
        ResourcePatternType.ANY,
        ANYTHING,
        ANYTHING,
        AclOperation.ANY,
        AclPermissionType.ANY,
    )
    return set(_result(admin.describe_acls(every)))


def _await_rules(admin: AdminClient, rules: set[AclBinding]) -> None:
    """Wait until the broker applies what its controller has accepted, some moments later."""
    deadline = time.monotonic() + TIMEOUT_SECONDS
    while not rules.issubset(_rules(admin)):
        if time.monotonic() > deadline:
            raise TransientError("Kafka did not apply the access rules in time")
        time.sleep(RULES_SECONDS)


def _drop(settings: Settings, topics: Sequence[Topic]) -> None:
    if not topics:
        return
    admin = create_admin(settings)
    names = [topic.physical(settings.namespace) for topic in topics]
    names += [name for name, _ in dead_letter_topics(settings, topics)]
    _await_all(admin.delete_topics(names), ignore={KafkaError.UNKNOWN_TOPIC_OR_PART})


def access_rules(settings: Settings, topics: Sequence[Topic]) -> Iterator[AclBinding]:
    """Yield every rule: writers write their topics, consumers read theirs, no more."""
    for topic in topics:
        for principal in topic.writers:
            yield from _allow(principal, topic.physical(settings.namespace), AclOperation.WRITE)
    for name, principal in dead_letter_topics(settings, topics):
        yield from _allow(principal, name, AclOperation.WRITE)
    for subscriber in SUBSCRIBERS:
        yield from _allow(
            subscriber.principal,
            subscriber.group(settings.namespace),
            AclOperation.READ,
            ResourceType.GROUP,
        )
        for topic in subscriber.topics:
            name = topic.physical(settings.namespace)
            yield from _allow(subscriber.principal, name, AclOperation.READ)
    yield from _monitoring(settings, topics)


def _monitoring(settings: Settings, topics: Sequence[Topic]) -> Iterator[AclBinding]:
    """Let the monitor see offsets of all topics and groups, and no record of any."""
    names = [topic.physical(settings.namespace) for topic in topics]
    names += [name for name, _ in dead_letter_topics(settings, topics)]
    for name in names:
        yield from _allow(MONITOR, name, AclOperation.DESCRIBE)
    for subscriber in SUBSCRIBERS:
        group = subscriber.group(settings.namespace)
        yield from _allow(MONITOR, group, AclOperation.DESCRIBE, ResourceType.GROUP)


def _allow(
    principal: str,
    name: str,
    operation: AclOperation,
    kind: ResourceType = ResourceType.TOPIC,
) -> Iterator[AclBinding]:
    for one in dict.fromkeys((operation, AclOperation.DESCRIBE)):
        yield AclBinding(
            kind,
            name,
            ResourcePatternType.LITERAL,
            f"User:{principal}",
            "*",
            one,
            AclPermissionType.ALLOW,
        )


def _partitions(admin: AdminClient) -> dict[str, int]:
    try:
        found = admin.list_topics(timeout=TIMEOUT_SECONDS).topics
    except KafkaException as error:
        raise TransientError(f"Kafka is away: {error.args[0].name()}") from error
    return {name: len(topic.partitions) for name, topic in found.items()}


def _refuse_changed_partitions(
    settings: Settings, topics: Sequence[Topic], existing: Mapping[str, int]
) -> None:
    for topic in topics:
        name = topic.physical(settings.namespace)
        if existing.get(name, topic.partitions) != topic.partitions:
            raise ConfigurationError(
                f"Topic {name} has {existing[name]} partitions, not {topic.partitions}: keys"
                " would move. Restore it or choose another TOCSIN_NAMESPACE."
            )


def _await_all(
    futures: Mapping[Any, Future[Any]], ignore: frozenset[int] | set[int] = frozenset()
) -> None:
    for future in futures.values():
        _result(future, ignore)


def _result(future: Future[Any], ignore: frozenset[int] | set[int] = frozenset()) -> Any:
    try:
        return future.result(timeout=TIMEOUT_SECONDS)
    except KafkaException as error:
        if error.args[0].code() in ignore:
            return None
        raise TransientError(f"Kafka refused: {error.args[0].str()}") from error
    except TimeoutError as error:
        raise TransientError("Kafka did not answer in time") from error
