"""The analysis service between its real topics: items in, analyses out, with its own rights."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from aiokafka import AIOKafkaConsumer

from services.analysis.__main__ import create_consumer
from services.analysis.readers import DeskFiles
from shared.admin import prepare
from shared.errors import TransientError
from shared.events import MediaItemAnalysed, MediaItemIngested, decode
from shared.health import Health
from shared.mongo import client_of, connect
from shared.offsets import consumer_lag
from shared.publish import Outgoing, connection, create_publisher
from shared.settings import Settings
from shared.topics import MEDIA_ANALYSES, MEDIA_ITEMS, REMOVALS, subscription
from shared.worker import create_worker
from tests.engines import as_principal
from tests.factories import START, make_item

COUNT = 40


@asynccontextmanager
async def running(settings: Settings) -> AsyncIterator[None]:
    own = as_principal(settings, "analysis")
    database = connect(own, "analysis")
    desks = DeskFiles(own.config_dir / "desks")
    async with create_publisher(own, "analysis") as publisher:
        consumer = create_consumer(desks, database, publisher)
        worker = create_worker(own, consumer, Health("analysis"))
        await worker.start()
        try:
            yield
        finally:
            await worker.stop()
            client_of(database).close()


async def send(settings: Settings, items: list[MediaItemIngested]) -> None:
    """Publish as ingest does; the broker confirms new access rules before it applies them."""
    outgoing = [Outgoing(item, START) for item in items]
    async with create_publisher(as_principal(settings, "ingest"), "ingest") as publisher:
        for _ in range(40):
            try:
                return await publisher.publish(outgoing)
            except TransientError:
                await asyncio.sleep(0.2)
    raise AssertionError("the broker never let ingest write")


async def until_read(settings: Settings) -> None:
    async with asyncio.timeout(60):
        while sum((await consumer_lag(settings, subscription("analysis"))).values()) != 0:
            await asyncio.sleep(0.2)


async def analyses(settings: Settings, count: int) -> list[MediaItemAnalysed]:
    consumer = AIOKafkaConsumer(
        MEDIA_ANALYSES.physical(settings.namespace),
        **connection(settings),
        auto_offset_reset="earliest",
    )
    async with consumer, asyncio.timeout(60):
        return [decode(MediaItemAnalysed, (await anext(consumer)).value) for _ in range(count)]


async def test_every_item_is_analysed_and_a_repetition_says_the_same(settings: Settings) -> None:
    await prepare(settings, [MEDIA_ITEMS, MEDIA_ANALYSES, REMOVALS])
    items = [make_item(number) for number in range(COUNT)]
    await send(settings, items)
    async with running(settings):
        await until_read(settings)
    await send(settings, items)
    async with running(settings):
        await until_read(settings)

    found = await analyses(settings, 2 * COUNT)
    by_item = {one.item.item_id: one for one in found}
    assert by_item.keys() == {item.item_id for item in items}
    assert all(one == by_item[one.item.item_id] for one in found)
    assert all(one.matches for one in found)


def test_the_subscription_is_what_the_handler_reads() -> None:
    assert MEDIA_ITEMS in subscription("analysis").topics
