"""Whether anything was lost: the sets of items at every stop of the way, compared by id.

A count can be right while two losses hide behind two duplicates, so ids are compared, never counts.
Two things may be missing with good reason, and both are named: a page in which ingest found no
text, and a record in a consumer's dead letters (only after that consumer). Any other outcome
without an item is a loss here: the recorded outlets serve nothing but articles.
"""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass

from elasticsearch.helpers import async_scan

from deploy.demo.records import Lying, read_dead_letters, read_topic
from shared import elastic, mongo
from shared.ids import item_id
from shared.settings import Settings
from shared.topics import MEDIA_ANALYSES, MEDIA_ITEMS, Topic

INGESTED = frozenset({"ingested", "unchanged"})
EXCUSED = "empty"  # the outcome of a page without text
SCAN_SIZE = 1000


@dataclass(frozen=True, slots=True)
class Stops:
    """Which item ids are at each stop, and which are excused from being at a later one."""

    published: frozenset[str]
    stored: frozenset[str]
    analysed: frozenset[str]
    documents: frozenset[str]
    indexed: frozenset[str]
    republished: int
    dead_letters: Mapping[str, frozenset[str]]
    not_ingestable: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Verdict:
    """What is missing or unexpected, by stop; empty means that nothing was lost."""

    missing: Mapping[str, list[str]]
    unexpected: Mapping[str, list[str]]
    excused: Mapping[str, str]
    refused: Mapping[str, str]
    """Why ingest made no item of a page, where that is no excuse: tells how it was lost."""

    @property
    def lost(self) -> int:
        """How many distinct items are missing somewhere."""
        return len({one for ids in self.missing.values() for one in ids})

    @property
    def passed(self) -> bool:
        """Whether every set is what it should be."""
        return not any(self.missing.values()) and not any(self.unexpected.values())


def compare(served: Iterable[str], stops: Stops) -> Verdict:
    """Compare the addresses that were served with the ids at every stop."""
    by_id = {item_id(url): url for url in served}
    without_item = {one: why for one, why in stops.not_ingestable.items() if one in by_id}
    excused = {one: why for one, why in without_item.items() if why == EXCUSED}
    expected = frozenset(by_id) - frozenset(excused)
    unread = stops.dead_letters["analysis"]
    unindexed = unread | stops.dead_letters["indexer"]
    found = {
        "published": (stops.published, expected),
        "stored": (stops.stored, expected),
        "analysed": (stops.analysed, expected - unread),
        "documents": (stops.documents, expected - unindexed),
        "indexed": (stops.indexed, expected - unindexed),
    }
    dead = dict.fromkeys(unread, "dead letter of analysis")
    dead |= dict.fromkeys(stops.dead_letters["indexer"], "dead letter of the indexer")
    named = {by_id.get(one, one): why for one, why in (excused | dead).items()}
    return Verdict(
        missing={stop: _named(want - have, by_id) for stop, (have, want) in found.items()},
        unexpected={
            stop: _named(have - frozenset(by_id), by_id) for stop, (have, _) in found.items()
        },
        excused=named,
        refused={by_id[one]: why for one, why in without_item.items() if why != EXCUSED},
    )


async def read_stops(settings: Settings) -> Stops:
    """Read every stop as it is now."""
    items = await read_topic(settings, MEDIA_ITEMS)
    analyses = await read_topic(settings, MEDIA_ANALYSES)
    published, analysed = _events(items), _events(analyses)
    return Stops(
        published=frozenset(record.key for record in published),
        stored=await _mongo_ids(settings, "ingest", "items"),
        analysed=frozenset(record.key for record in analysed),
        documents=await _mongo_ids(settings, "portal", "documents"),
        indexed=await _indexed_ids(settings),
        republished=len(published) - len({record.headers["ce_id"] for record in published}),
        dead_letters={
            "analysis": await _dead(settings, MEDIA_ITEMS, "analysis"),
            "indexer": await _dead(settings, MEDIA_ANALYSES, "indexer"),
        },
        not_ingestable=await _not_ingestable(settings),
    )


def _events(records: Iterable[Lying]) -> list[Lying]:
    """Leave out what is no event of ours: poison that a fault put on the topic."""
    return [record for record in records if "ce_id" in record.headers]


def _named(ids: Iterable[str], by_id: Mapping[str, str]) -> list[str]:
    return sorted(by_id.get(one, one) for one in ids)


async def _mongo_ids(settings: Settings, service: str, collection: str) -> frozenset[str]:
    with _database(settings, service) as database:
        found = database[collection].find({}, {"_id": 1})
        return frozenset([str(document["_id"]) async for document in found])


async def _not_ingestable(settings: Settings) -> dict[str, str]:
    """Map the id of every page that became no item to its outcome."""
    with _database(settings, "ingest") as database:
        entries = database["entries"].find({}, {"url": 1, "outcome": 1})
        return {
            item_id(entry["url"]): str(entry["outcome"])
            async for entry in entries
            if entry["outcome"] not in INGESTED
        }


@contextmanager
def _database(settings: Settings, service: str) -> Iterator[mongo.Database]:
    database = mongo.connect(settings, service)
    try:
        yield database
    finally:
        mongo.client_of(database).close()


async def _indexed_ids(settings: Settings) -> frozenset[str]:
    client = elastic.connect(settings)
    alias = elastic.alias("items", settings.namespace)
    try:
        await client.indices.refresh(index=alias)
        hits = async_scan(client, index=alias, query={"_source": False}, size=SCAN_SIZE)
        return frozenset([str(hit["_id"]) async for hit in hits])
    finally:
        await client.close()


async def _dead(settings: Settings, topic: Topic, consumer: str) -> frozenset[str]:
    letters = await read_dead_letters(settings, topic, consumer)
    return frozenset(record.key for record in _events(letters))
