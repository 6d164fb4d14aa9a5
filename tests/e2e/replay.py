"""Delivers the events of one installation to another: several times each, in any order."""

import random
from collections.abc import Sequence

from deploy.demo.records import Lying, read_topic
from shared.publish import create_producer
from shared.settings import Settings
from shared.topics import Topic


async def deliver_shuffled(
    source: Settings, target: Settings, topics: Sequence[Topic], times: int
) -> int:
    """Send every event `times` times, shuffled, to any partition; return how many were sent."""
    rng = random.Random(7)
    deliveries: list[tuple[Topic, Lying]] = []
    for topic in topics:
        deliveries += [(topic, event) for event in await read_topic(source, topic)] * times
    rng.shuffle(deliveries)
    async with create_producer(target) as producer:
        for topic, event in deliveries:
            await producer.send(
                topic.physical(target.namespace),
                event.value,
                key=event.key.encode(),
                headers=[(name, text.encode()) for name, text in event.headers.items()],
                partition=rng.randrange(topic.partitions),
            )
        await producer.flush()
    return len(deliveries)
