"""The chain of custody: what is done to a day's evidence is named, a recorded removal apart."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from warcio.archiveiterator import ArchiveIterator

from services.ingest import day_lock, merkle
from services.ingest.day_closer import close_day
from services.ingest.day_manifest import NAME, Manifest, days, read_manifest
from services.ingest.evidence import CaptureWriter
from services.ingest.tombstones import removals, remove_capture, tombstone
from services.ingest.verify import Verdict, verify_capture, verify_day
from services.ingest.warc_scan import Scanned, scan
from shared.captures import CaptureError, CaptureStore
from shared.events import Capture
from tests.unit.ingest.test_evidence import AT, fetched

FIRST, SECOND = date(2026, 11, 20), date(2026, 11, 21)
NEXT_DAY = AT + timedelta(days=1)
BODIES = [f"<html>page {number}</html>".encode() * 20 for number in range(8)]


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return tmp_path


@pytest.fixture
def captures(root: Path) -> list[Capture]:
    """Two closed days of four captures each."""
    writer = CaptureWriter(root, "w1", "tocsin/test", lambda: NEXT_DAY)
    facts = {"outlet": "xa-o"}
    found = [
        writer.write([(fetched(body, AT if number < 4 else NEXT_DAY), facts)])[0]
        for number, body in enumerate(BODIES)
    ]
    writer.close()
    for day in (FIRST, SECOND):
        close_day(root, day, "tocsin/test", NEXT_DAY)
    return found


def file_of(root: Path, day: date = FIRST) -> Path:
    return root / day.strftime("%Y%m%d") / "w1.warc.gz"


def records(root: Path) -> list[Scanned]:
    return list(scan(file_of(root)))


def checked(root: Path, day: date = FIRST) -> Verdict:
    return verify_day(root, day, {})


def manifest(root: Path, day: date = FIRST) -> Manifest:
    found = read_manifest(root, day)
    assert found is not None
    return found


def test_untouched_days_verify_and_name_each_other(root: Path, captures: list[Capture]) -> None:
    assert days(root) == [FIRST, SECOND]
    assert [checked(root, day) for day in (FIRST, SECOND)] == [Verdict(12, 0, ())] * 2
    assert manifest(root, SECOND).previous_root_sha256 == manifest(root).root_sha256
    assert all(verify_capture(root, one.capture_id, {}).problems == () for one in captures)


@pytest.mark.usefixtures("captures")
def test_every_flipped_byte_names_its_record_alone(root: Path) -> None:
    whole = file_of(root).read_bytes()
    for record in records(root):
        for place in (0, 5, 30, record.length - 1):
            damaged = bytearray(whole)
            damaged[record.offset + place] ^= 1
            file_of(root).write_bytes(damaged)
            (problem,) = checked(root).problems
            assert problem.startswith(f"w1.warc.gz, byte {record.offset}: its bytes")
    file_of(root).write_bytes(whole)
    assert checked(root).problems == ()


def edit(root: Path, change: Callable[[list[str]], list[str]]) -> None:
    path = file_of(root).parent / NAME
    head, *lines = path.read_text("utf-8").splitlines(keepends=True)
    path.write_text("".join([head, *change(lines)]), "utf-8")


@pytest.mark.usefixtures("captures")
def test_removed_entry_and_swapped_entries_are_named(root: Path) -> None:
    path = file_of(root).parent / NAME
    text = path.read_text("utf-8")
    third, fourth = records(root)[2:4]
    edit(root, lambda lines: lines[:2] + lines[3:])
    assert f"byte {third.offset}: there is a record that is not" in str(checked(root).problems)
    assert "the root does not follow" in checked(root).problems[0]
    path.write_text(text, "utf-8")
    edit(root, lambda lines: [*lines[:2], lines[3], lines[2], *lines[4:]])
    assert f"byte {third.offset}: it is not in its place" in str(checked(root).problems)
    path.write_text(text, "utf-8")
    edit(root, lambda lines: lines[:-1])
    last = records(root)[-1]
    assert f"byte {last.offset}: there is a record that is not" in str(checked(root).problems)
    assert fourth.offset > third.offset


@pytest.mark.usefixtures("captures")
def test_swapped_records_are_named(root: Path) -> None:
    whole = file_of(root).read_bytes()
    first, second = records(root)[0], records(root)[3]
    middle = whole[first.offset + first.length : second.offset]
    end = second.offset + second.length
    swapped = (
        whole[second.offset : end] + middle + whole[first.offset : first.offset + first.length]
    )
    file_of(root).write_bytes(swapped + whole[end:])
    problems = checked(root).problems
    for record in (first, second):
        assert f"w1.warc.gz, byte {record.offset}: its bytes are not those" in str(problems)


@pytest.mark.usefixtures("captures")
def test_cut_file_added_record_and_lost_file_are_named(root: Path) -> None:
    whole, last = file_of(root).read_bytes(), records(root)[-1]
    file_of(root).write_bytes(whole[:-1])
    assert checked(root).problems == (
        f"w1.warc.gz, byte {last.offset}: the record is missing or cut short.",
    )
    file_of(root).write_bytes(whole + whole[last.offset :])
    assert checked(root).problems == (
        f"w1.warc.gz, byte {len(whole)}: there is a record that is not in the manifest.",
    )
    file_of(root).unlink()
    assert len(checked(root).problems) == 12


@pytest.mark.usefixtures("captures")
def test_day_that_is_written_anew_does_not_fit_the_next_nor_what_was_published(root: Path) -> None:
    published = {FIRST: manifest(root).root_sha256}
    (file_of(root).parent / NAME).unlink()
    assert "there is no manifest" in checked(root).problems[0]
    file_of(root).write_bytes(file_of(root).read_bytes()[: records(root)[-1].offset])
    close_day(root, FIRST, "tocsin/test", NEXT_DAY)
    assert checked(root).problems == ()
    assert "not the one that was published" in str(verify_day(root, FIRST, published).problems)
    assert "the day before does not have the root" in str(checked(root, SECOND).problems)


def test_removed_capture_leaves_its_hash_and_the_day_still_verifies(
    root: Path, captures: list[Capture]
) -> None:
    before, size = manifest(root), file_of(root).stat().st_size
    for _ in range(2):
        remove_capture(root, captures[1].capture_id, "witness", NEXT_DAY)
    assert checked(root) == Verdict(12, 3, ())
    assert checked(root, SECOND).problems == ()
    assert manifest(root) == before
    assert file_of(root).stat().st_size == size
    assert BODIES[1] not in b"".join(contents(root))
    with pytest.raises(CaptureError, match="was removed"):
        CaptureStore(root).read(captures[1].capture_id)
    assert CaptureStore(root).read(captures[2].capture_id).raw == BODIES[2]
    assert verify_capture(root, captures[1].capture_id, {}) == Verdict(1, 1, ())
    assert [one.code for one in removals(file_of(root).parent)] == ["witness"] * 3


def contents(root: Path) -> Iterator[bytes]:
    with file_of(root).open("rb") as file:
        for record in ArchiveIterator(file):
            yield record.content_stream().read()


def test_removal_before_the_day_is_closed_leaves_the_hash_of_what_was_there(root: Path) -> None:
    writer = CaptureWriter(root, "w1", "tocsin/test", lambda: AT)
    first, second = writer.write([(fetched(body), {}) for body in BODIES[:2]])
    expected = list(scan(file_of(root)))
    remove_capture(root, first.capture_id, "court", AT)
    writer.close()
    close_day(root, FIRST, "tocsin/test", NEXT_DAY)
    assert [line.record for line in manifest(root).lines] == expected
    assert checked(root) == Verdict(6, 3, ())
    assert CaptureStore(root).read(second.capture_id).raw == BODIES[1]


def test_removal_hides_no_other_change(root: Path, captures: list[Capture]) -> None:
    remove_capture(root, captures[1].capture_id, "witness", NEXT_DAY)
    place = next(one.record.offset for one in removals(file_of(root).parent))
    whole = bytearray(file_of(root).read_bytes())
    whole[place + 15] ^= 1
    file_of(root).write_bytes(whole)
    assert checked(root).problems == (
        f"w1.warc.gz, byte {place}: it was removed, and something else is in its place.",
    )


@given(st.integers(200, 400_000))
def test_tombstone_has_the_length_of_what_it_replaces(length: int) -> None:
    assert len(tombstone(Scanned(0, length, "response", "", "a" * 64))) == length


def test_torn_tail_of_a_kill_is_part_of_the_day(root: Path) -> None:
    writer = CaptureWriter(root, "w1", "tocsin/test", lambda: AT)
    writer.write([(fetched(body), {}) for body in BODIES[:2]])
    writer.close()
    file_of(root).write_bytes(file_of(root).read_bytes()[:-10])
    close_day(root, FIRST, "tocsin/test", NEXT_DAY)
    assert manifest(root).lines[-1].record.kind == "tail"
    assert checked(root).problems == ()


def test_nobody_writes_to_a_day_that_is_being_closed_or_is_closed(root: Path) -> None:
    writer = CaptureWriter(root, "w1", "tocsin/test", lambda: NEXT_DAY)
    writer.write([(fetched(BODIES[0]), {})])
    with day_lock.alone(root / "20261120") as alone:
        assert not alone
    writer.leave(SECOND)
    with day_lock.alone(root / "20261120") as alone:
        assert alone
    close_day(root, FIRST, "tocsin/test", NEXT_DAY)
    (late,) = writer.write([(fetched(BODIES[1]), {})])
    writer.close()
    assert late.capture_id.startswith("20261121.w1.")
    assert CaptureStore(root).read(late.capture_id).fetched_at == AT


def test_file_that_is_full_is_followed_by_another(root: Path) -> None:
    writer = CaptureWriter(root, "w1", "tocsin/test", lambda: AT, file_bytes=1_000)
    found = [writer.write([(fetched(body), {})])[0] for body in BODIES[:3]]
    writer.close()
    assert len({one.capture_id.split(".")[1] for one in found}) > 1
    assert [CaptureStore(root).read(one.capture_id).raw for one in found] == BODIES[:3]


def test_ten_thousand_captures_verify_and_one_flipped_byte_is_named(root: Path) -> None:
    writer = CaptureWriter(root, "w1", "tocsin/test", lambda: AT)
    writer.write([(fetched(b"<html>%d</html>" % number), {}) for number in range(100)])
    writer.close()
    file_of(root).write_bytes(file_of(root).read_bytes() * 100)
    found = close_day(root, FIRST, "tocsin/test", NEXT_DAY)
    assert checked(root) == Verdict(30_000, 0, ())
    record = found.lines[15_000].record
    with file_of(root).open("r+b") as file:
        file.seek(record.offset + 40)
        byte = file.read(1)
        file.seek(record.offset + 40)
        file.write(bytes([byte[0] ^ 1]))
    assert checked(root).problems == (
        f"w1.warc.gz, byte {record.offset}: its bytes are not those of the manifest.",
    )


@given(st.lists(st.text(), max_size=20, unique=True), st.data())
def test_each_leaf_climbs_to_the_root_and_to_no_other(
    lines: list[str], data: st.DataObject
) -> None:
    leaves = [merkle.leaf_hash(line) for line in lines]
    root = merkle.root(leaves)
    for index, leaf in enumerate(leaves):
        assert merkle.climbed(leaf, merkle.path(leaves, index)) == root
    if len(lines) > 1:
        first, second = data.draw(st.permutations(range(len(lines))))[:2]
        leaves[first], leaves[second] = leaves[second], leaves[first]
        assert merkle.root(leaves) != root
