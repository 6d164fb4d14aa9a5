from __future__ import annotations

from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from services.ingest.fair_queue import FairQueue
from services.ingest.feeds import Entry
from services.ingest.targets import Poll, Target, target_of
from shared.events import Collection

NOW = datetime(2026, 11, 20, tzinfo=UTC)


def target(host: str, number: int, source: str = "s") -> Target:
    entry = Entry(f"https://{host}/{number}", None, None, None, "d")
    return target_of(entry, Poll(source, "o", Collection.LIVE, None, NOW))


def queue(limit: int = 1) -> FairQueue:
    return FairQueue(lambda _host: limit)


def test_hosts_take_turns_however_many_pages_one_has() -> None:
    pages = queue(limit=100)
    for number in range(90):
        pages.push(target("flood.example", number))
    pages.push(target("small.example", 0))
    first_two = [pages.pop(0.0), pages.pop(0.0)]
    assert {one.host for one in first_two if one} == {"flood.example", "small.example"}


def test_host_is_asked_once_at_a_time_and_after_its_pause() -> None:
    pages = queue()
    pages.push(target("a.example", 0))
    pages.push(target("a.example", 1))
    assert pages.pop(0.0) is not None
    assert pages.pop(0.0) is None
    pages.finish("a.example", ready_at=2.0)
    assert pages.pop(1.9) is None
    assert pages.due_at() == 2.0
    assert pages.pop(2.0) is not None


def test_page_is_not_taken_before_its_time() -> None:
    pages = queue()
    pages.push(target("a.example", 0), not_before=5.0)
    assert pages.pop(4.9) is None
    assert pages.due_at() == 5.0
    assert pages.pop(5.0) is not None


def test_page_waits_only_once() -> None:
    pages = queue()
    assert pages.push(target("a.example", 0))
    assert not pages.push(target("a.example", 0))
    assert len(pages) == 1


def test_dropped_source_leaves_the_others() -> None:
    pages = queue(limit=9)
    for number in range(3):
        pages.push(target("a.example", number, "gone"))
    pages.push(target("a.example", 7, "kept"))
    pages.push(target("b.example", 8, "gone"))
    assert pages.drop("gone") == 4
    left = pages.pop(0.0)
    assert left is not None
    assert left.source_id == "kept"
    assert pages.pop(0.0) is None
    assert pages.push(target("b.example", 8, "gone"))


@given(st.lists(st.tuples(st.sampled_from("abc"), st.integers(0, 20)), max_size=60))
def test_every_page_comes_out_exactly_once(pages: list[tuple[str, int]]) -> None:
    waiting = queue(limit=1)
    targets = [target(f"{host}.example", number) for host, number in pages]
    for pushed in targets:
        waiting.push(pushed)
    popped: list[str] = []
    now = 0.0
    while (one := waiting.pop(now)) is not None:
        popped.append(one.entry_id)
        now += 1.0
        waiting.finish(one.host, ready_at=now)
    assert sorted(popped) == sorted({one.entry_id for one in targets})
    assert len(waiting) == 0
