from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from services.analysis.analyse import Readers, create_readers
from services.analysis.copies import content_cluster_id
from services.analysis.desks import load_desk
from services.analysis.handler import Dependencies, handle
from services.analysis.near_copies import Near
from services.analysis.normalise import normalise
from services.analysis.store import Known, Seen
from shared.errors import TransientError, UndecodableEventError
from shared.events import Author, Event, MediaItemAnalysed, RemovalScope, encode
from shared.publish import Outgoing
from shared.records import Record
from tests.factories import START, make_item, make_removal

TEXT = "Traders returned to the market of Tellun on Monday, after three weeks of rain."


@dataclass
class MemoryStore:
    """Behaves as the store does: first writer wins, first time stays."""

    copies: dict[str, str] = field(default_factory=dict)
    times: dict[tuple[str, int], datetime] = field(default_factory=dict)
    near: dict[str, Near] = field(default_factory=dict)
    gone: set[str] = field(default_factory=set)
    unsigned: set[str] = field(default_factory=set)

    async def removed(self, item_ids: Iterable[str]) -> frozenset[str]:
        return frozenset(item_ids) & self.gone

    async def remember(self, batch: Sequence[Seen], now: datetime) -> Known:
        for seen in batch:
            self.copies.setdefault(seen.cluster, seen.item_id)
            self.times.setdefault((seen.item_id, seen.sequence), now)
        return Known(
            self.copies, self.near, self.times, frozenset(self.gone), frozenset(self.unsigned)
        )

    async def forget_author(self, item_id: str) -> None:
        self.unsigned.add(item_id)

    async def forget(self, item_id: str) -> None:
        self.gone.add(item_id)
        self.copies = {one: first for one, first in self.copies.items() if first != item_id}


@dataclass
class MemoryPublisher:
    sent: list[Outgoing] = field(default_factory=list)
    away: bool = False

    async def publish(self, outgoing: Sequence[Outgoing]) -> None:
        if self.away:
            raise TransientError("Kafka is away")
        self.sent += outgoing

    @property
    def analyses(self) -> list[MediaItemAnalysed]:
        return [one.event for one in self.sent if isinstance(one.event, MediaItemAnalysed)]


@dataclass
class Desk:
    deps: Dependencies
    store: MemoryStore
    publisher: MemoryPublisher
    time: list[datetime]

    async def deliver(self, *events: Event) -> dict[int, Exception]:
        records = [
            Record(one.TOPIC.name, 0, number, encode(one), one.TYPE)
            for number, one in enumerate(events)
        ]
        return dict(await handle(records, self.deps))


@pytest.fixture(scope="session")
def readers() -> Readers:
    desk = load_desk(Path("deploy/config/desks/xa.yaml"))
    return create_readers({desk.country: desk})


@pytest.fixture
def desk(readers: Readers) -> Desk:
    store, publisher, time = MemoryStore(), MemoryPublisher(), [START]
    deps = Dependencies(lambda: readers, store, publisher, lambda: time[0])
    return Desk(deps, store, publisher, time)


async def test_each_item_is_published_with_its_analysis(desk: Desk) -> None:
    items = [make_item(1), make_item(2)]

    assert await desk.deliver(*items) == {}

    assert [one.item for one in desk.publisher.analyses] == items
    assert desk.publisher.analyses[0].matches


async def test_a_repeated_item_is_published_again_with_the_same_time(desk: Desk) -> None:
    await desk.deliver(make_item(1))
    desk.time[0] += timedelta(hours=1)
    await desk.deliver(make_item(1))

    first, second = desk.publisher.sent
    assert first == second
    assert first.recorded_at == START


async def test_a_copy_names_the_first_item_and_shares_its_cluster(desk: Desk) -> None:
    first, second = make_item(1, text=TEXT), make_item(2, text=TEXT)
    await desk.deliver(first, second)

    one, other = desk.publisher.analyses
    assert one.copy.exact_of is None
    assert other.copy.exact_of == first.item_id
    assert one.copy.content_cluster_id == other.copy.content_cluster_id


async def test_a_near_copy_joins_the_cluster_of_what_it_repeats(desk: Desk) -> None:
    first, second = make_item(1, text=TEXT), make_item(2, text=f"{TEXT} Read also: the weather.")
    await desk.deliver(first)
    cluster = desk.publisher.analyses[0].copy.content_cluster_id
    own = content_cluster_id(second.item_id, normalise(second.text))
    desk.store.near[own] = Near(cluster, 0.8)
    await desk.deliver(second)

    copy = desk.publisher.analyses[1].copy
    assert (copy.exact_of, copy.near_of, copy.similarity) == (None, first.item_id, 0.8)
    assert copy.content_cluster_id == cluster


async def test_while_kafka_is_away_the_batch_is_to_be_tried_again(desk: Desk) -> None:
    desk.publisher.away = True
    with pytest.raises(TransientError):
        await desk.deliver(make_item(1))

    desk.publisher.away = False
    await desk.deliver(make_item(1))
    assert len(desk.publisher.sent) == 1


async def test_poison_is_rejected_and_its_neighbours_are_analysed(desk: Desk) -> None:
    good = make_item(1)
    records = [
        Record(good.TOPIC.name, 0, 0, b"{", good.TYPE),
        Record(good.TOPIC.name, 0, 1, encode(good), good.TYPE),
        Record(good.TOPIC.name, 0, 2, b"?", "media.item.dreamt.v1"),
    ]

    rejections = await handle(records, desk.deps)

    assert isinstance(rejections[0], UndecodableEventError)
    assert set(rejections) == {0}
    assert [one.item for one in desk.publisher.analyses] == [good]


@pytest.mark.parametrize("scope", [RemovalScope.TEXT, RemovalScope.ALL, RemovalScope.UNKNOWN])
async def test_a_removed_item_is_forgotten_and_never_published_again(
    scope: RemovalScope, desk: Desk
) -> None:
    item = make_item(1)
    await desk.deliver(item)
    await desk.deliver(make_removal(1, item_id=item.item_id, scope=scope), item)

    assert len(desk.publisher.sent) == 1
    assert desk.store.copies == {}


async def test_a_removed_author_is_not_published_again_and_the_text_is(desk: Desk) -> None:
    item = make_item(1, author=Author(display="Press office", is_institution=True))
    other = make_item(2, author=item.author)
    await desk.deliver(make_removal(1, scope=RemovalScope.AUTHOR))
    await desk.deliver(item, other)
    await desk.deliver(item)

    first, second, third = desk.publisher.analyses
    assert first == third
    assert first.item == item.model_copy(update={"author": Author()})
    assert first.matches
    assert second.item == other
