"""How far the input is: items at each stop, counted cheaply while the run goes on.

Counts are for the progress bars and for knowing when to look closer; whether anything was lost is
decided by `verify`, which compares ids.
"""

import time
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Self

import aiohttp
from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.errors import KafkaError
from elasticsearch import NotFoundError
from elasticsearch.helpers import ScanError, async_scan

from deploy.demo.control import as_added
from deploy.demo.plan import Article
from shared import elastic, mongo
from shared.errors import TransientError
from shared.offsets import consumer_lag
from shared.publish import connection
from shared.settings import Settings
from shared.topics import MEDIA_ANALYSES, MEDIA_ITEMS, SUBSCRIBERS, Topic

SCAN_SIZE = 5000


@dataclass(frozen=True, slots=True)
class Reading:
    """Counts at one moment; `frontier` are pages that ingest has yet to bring to an outcome."""

    articles: int
    served: int
    frontier: int
    published: int
    analysed: int
    indexed: int
    lag: int

    @property
    def through(self) -> bool:
        """Whether all input has left every queue."""
        return self.served == self.articles > 0 and self.frontier == 0 and self.lag == 0


class Meter:
    """Reads the counts; open while the run lasts."""

    def __init__(self, settings: Settings, control_address: str) -> None:
        self._settings = settings
        self._control = control_address
        self._http = aiohttp.ClientSession()
        self._kafka = AIOKafkaConsumer(**connection(settings), enable_auto_commit=False)
        self._ingest = mongo.connect(settings, "ingest")
        self._elastic = elastic.connect(settings)
        self.searchable_at: dict[str, float] = {}
        """When each item was first found by a search here, Unix time; read every second."""

    async def __aenter__(self) -> Self:
        await self._kafka.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._http.close()
        await self._kafka.stop()
        await self._elastic.close()
        mongo.client_of(self._ingest).close()

    async def read(self) -> Reading:
        """Read all counts now; lag is summed over every consumer. TransientError: one is away."""
        counts = await self.ask("counts")
        lags = [await consumer_lag(self._settings, one) for one in SUBSCRIBERS]
        with mongo.transient_mongo():
            frontier = await self._ingest["frontier"].count_documents({})
        return Reading(
            articles=counts["articles"],
            served=counts["served"],
            frontier=frontier,
            published=await self._records(MEDIA_ITEMS),
            analysed=await self._records(MEDIA_ANALYSES),
            indexed=await self._indexed(),
            lag=sum(sum(lag.values()) for lag in lags),
        )

    async def ask(self, what: str) -> Any:
        """Ask the recorded outlets' control port."""
        async with self._http.get(f"{self._control}/{what}") as answer:
            return await answer.json()

    async def put_out(self, articles: Iterable[Article]) -> None:
        """Have the recorded outlets put out more."""
        rows = [as_added(article) for article in articles]
        async with self._http.post(f"{self._control}/articles", json=rows) as answer:
            answer.raise_for_status()

    async def _records(self, topic: Topic) -> int:
        name = topic.physical(self._settings.namespace)
        partitions = [TopicPartition(name, number) for number in range(topic.partitions)]
        try:
            return sum((await self._kafka.end_offsets(partitions)).values())
        except KafkaError as error:
            raise TransientError(f"Kafka is away: {type(error).__name__}") from error

    async def _indexed(self) -> int:
        """Note which items a search finds now, and count them."""
        alias = elastic.alias("items", self._settings.namespace)
        try:
            with elastic.transient_elastic():
                async for hit in async_scan(
                    self._elastic, index=alias, query={"_source": False}, size=SCAN_SIZE
                ):
                    self.searchable_at.setdefault(str(hit["_id"]), time.time())
        except (TransientError, NotFoundError, ScanError):
            pass  # away, not made yet, or just back: what was seen was seen
        return len(self.searchable_at)
