"""The consuming loop alone: what is acknowledged, retried, dead-lettered and parked."""

from __future__ import annotations

import asyncio
import errno
from collections.abc import Sequence
from dataclasses import dataclass, field

import pytest

from shared.consume import Loop, Rejections, RetryPolicy
from shared.errors import PermanentError, TransientError
from shared.health import Health
from shared.records import Record


@dataclass
class Shelf:
    """Dead letters in memory; may be away for the first attempts."""

    letters: list[tuple[int, str]] = field(default_factory=list)
    away: int = 0

    async def put(self, record: Record, error: Exception, attempts: int) -> None:
        if self.away:
            self.away -= 1
            raise TransientError("away")
        assert attempts >= 1
        self.letters.append((record.offset, str(error)))


@dataclass
class Lot:
    """The parked state in memory."""

    parked: str | None = None

    async def park(self, reason: str) -> None:
        self.parked = reason

    async def reason(self) -> str | None:
        return self.parked


@dataclass
class Handling:
    """A handler that does what a record's bytes say, and remembers its calls."""

    calls: list[list[int]] = field(default_factory=list)
    failures: dict[int, int] = field(default_factory=dict)

    async def handle(self, records: Sequence[Record]) -> Rejections:
        self.calls.append([record.offset for record in records])
        rejections: dict[int, PermanentError] = {}
        for index, record in enumerate(records):
            if record.value == b"away" and self._fail(record, 2):
                raise TransientError("a dependency is away")
            if record.value == b"full" and self._fail(record, 5):
                raise OSError(errno.ENOSPC, "No space left on device")
            if record.value == b"bug":
                raise ValueError("a bug")
            if record.value == b"race" and self._fail(record, 2):
                raise ValueError("a race")
            if record.value == b"poison":
                rejections[index] = PermanentError("poison")
        return rejections

    def _fail(self, record: Record, times: int) -> bool:
        self.failures[record.offset] = self.failures.get(record.offset, 0) + 1
        return self.failures[record.offset] <= times


@dataclass
class Bench:
    handling: Handling = field(default_factory=Handling)
    shelf: Shelf = field(default_factory=Shelf)
    lot: Lot = field(default_factory=Lot)
    acknowledged: list[int] = field(default_factory=list)
    park_after: int = 3
    health: Health = field(default_factory=lambda: Health("test"))

    def loop(self) -> Loop:
        return Loop(
            consumer="test",
            handle=self.handling.handle,
            dead_letters=self.shelf,
            parking=self.lot,
            health=self.health,
            park_after=self.park_after,
            policy=RetryPolicy(first=0.001, longest=0.002),
            parking_poll_seconds=0.001,
        )

    async def settle(self, *values: bytes) -> None:
        await self.loop().settle(records(*values), self.acknowledged.append)


def records(*values: bytes) -> list[Record]:
    return [Record("media.items.v1", 0, offset, value) for offset, value in enumerate(values)]


async def test_every_record_is_acknowledged_in_order() -> None:
    bench = Bench()
    await bench.settle(b"a", b"b", b"c")
    assert bench.acknowledged == [0, 1, 2]
    assert bench.handling.calls == [[0, 1, 2]]


async def test_an_absent_dependency_is_waited_for_without_acknowledging() -> None:
    bench = Bench()
    await bench.settle(b"a", b"away", b"c")
    assert bench.handling.calls == [[0, 1, 2]] * 3
    assert bench.acknowledged == [0, 1, 2]
    assert bench.shelf.letters == []


async def test_a_full_disk_is_waited_for_and_is_no_fault_of_the_record() -> None:
    bench = Bench()
    await bench.settle(b"a", b"full", b"c")
    assert bench.acknowledged == [0, 1, 2]
    assert bench.shelf.letters == []


async def test_a_wait_is_visible_in_health() -> None:
    bench = Bench()
    seen: list[str] = []

    async def handle(_records: Sequence[Record]) -> Rejections:
        seen.append(str(bench.health.conditions["consumer test"].state))
        if len(seen) < 3:
            raise TransientError("Elasticsearch is away")
        return {}

    loop = bench.loop()
    loop.handle = handle
    await loop.settle(records(b"a"), bench.acknowledged.append)
    assert seen == ["ok", "waiting", "waiting"]
    assert bench.health.ready


async def test_poison_goes_to_the_dead_letters_and_the_rest_goes_on() -> None:
    bench = Bench()
    await bench.settle(b"a", b"poison", b"c")
    assert bench.shelf.letters == [(1, "poison")]
    assert bench.acknowledged == [0, 1, 2]


async def test_only_the_culprit_of_a_failing_batch_is_dead_lettered() -> None:
    bench = Bench()
    await bench.settle(b"a", b"bug", b"c")
    assert bench.shelf.letters == [(1, "a bug")]
    assert bench.acknowledged == [0, 1, 2]


async def test_a_race_that_passes_on_retry_is_no_dead_letter() -> None:
    bench = Bench()
    await bench.settle(b"race")
    assert bench.shelf.letters == []
    assert bench.acknowledged == [0]


async def test_a_dead_letter_that_is_not_confirmed_is_not_acknowledged_until_it_is() -> None:
    bench = Bench(shelf=Shelf(away=2))
    await bench.settle(b"poison")
    assert bench.shelf.letters == [(0, "poison")]
    assert bench.acknowledged == [0]


async def test_a_run_of_poison_parks_before_the_record_beyond_the_limit() -> None:
    bench = Bench()
    settling = asyncio.create_task(bench.settle(*[b"poison"] * 5))
    async with asyncio.timeout(5):
        while bench.lot.parked is None:
            await asyncio.sleep(0.001)
    await asyncio.sleep(0.02)
    assert bench.acknowledged == [0, 1, 2]
    assert len(bench.shelf.letters) == 3
    assert bench.health.conditions["consumer test"].state == "parked"
    bench.lot.parked = None
    await asyncio.wait_for(settling, 5)
    assert bench.acknowledged == [0, 1, 2, 3, 4]


async def test_a_good_record_ends_a_run() -> None:
    bench = Bench()
    await bench.settle(b"poison", b"poison", b"a", b"poison", b"poison", b"a")
    assert bench.lot.parked is None
    assert bench.acknowledged == [0, 1, 2, 3, 4, 5]


async def test_a_consumer_that_was_parked_stays_parked_after_a_restart() -> None:
    bench = Bench(lot=Lot(parked="parked yesterday"))
    settling = asyncio.create_task(bench.settle(b"a"))
    await asyncio.sleep(0.02)
    assert bench.handling.calls == []
    bench.lot.parked = None
    await asyncio.wait_for(settling, 5)
    assert bench.acknowledged == [0]


@pytest.mark.parametrize(
    ("failures", "pause"), [(1, 0.5), (2, 1.0), (3, 2.0), (8, 60.0), (10_000, 60.0)]
)
def test_pauses_double_up_to_the_longest(failures: int, pause: float) -> None:
    assert RetryPolicy().pause(failures) == pause
