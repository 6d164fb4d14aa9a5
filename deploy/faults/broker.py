"""What only a fault does to the broker: rewinding a consumer, deleting a dead-letter topic."""

import asyncio

from aiokafka import AIOKafkaConsumer, TopicPartition

from shared.admin import create_admin
from shared.publish import connection
from shared.settings import Settings
from shared.topics import Subscription


async def rewind(settings: Settings, subscription: Subscription) -> None:
    """Commit the first offset of every partition; the consumer must not be running."""
    group = subscription.group(settings.namespace)
    partitions = [
        TopicPartition(topic.physical(settings.namespace), number)
        for topic in subscription.topics
        for number in range(topic.partitions)
    ]
    consumer = AIOKafkaConsumer(**connection(settings), group_id=group, enable_auto_commit=False)
    async with consumer:
        consumer.assign(partitions)
        await consumer.commit(dict.fromkeys(partitions, 0))


async def delete_topic(settings: Settings, name: str) -> None:
    """Delete one topic by its name on the broker."""
    admin = create_admin(settings)
    await asyncio.to_thread(lambda: admin.delete_topics([name])[name].result(20))
    await asyncio.sleep(2)  # until brokers and clients have noticed
