"""Checks a day's evidence against its manifest, and names everything that does not match.

Nothing in the files is believed: hashes are computed from the bytes, the root from the
lines, and both are compared with what was written down, published, or kept by others.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from io import SEEK_END, BytesIO
from itertools import groupby, pairwise
from pathlib import Path
from typing import BinaryIO

from services.ingest.day_manifest import (
    Line,
    Manifest,
    ManifestError,
    days,
    folder_of,
    place,
    read_manifest,
)
from services.ingest.merkle import climbed, leaf_hash
from services.ingest.merkle import path as way_up
from services.ingest.tombstones import Removal, removals, tombstone
from services.ingest.warc_scan import scan_at
from shared.captures import CaptureError, capture_place

Roots = Mapping[date, str]  # as they were published


@dataclass(frozen=True, slots=True)
class Verdict:
    """What was checked, what was taken out by a recorded removal, and what is wrong."""

    records: int
    removed: int
    problems: tuple[str, ...]
    note: str = ""


def verify_day(captures: Path, day: date, published: Roots) -> Verdict:
    """Check every record of *day*. Blocking, and as long as the day's files are large."""
    try:
        manifest = read_manifest(captures, day)
    except ManifestError as error:
        return Verdict(0, 0, (f"{error}.",))
    if manifest is None:
        return Verdict(
            0, 0, (f"{day}: there is no manifest; the day is open, or it was taken away.",)
        )
    folder = folder_of(captures, day)
    gone = {(one.file, one.record.offset): one for one in removals(folder)}
    problems = [*_chain(captures, manifest, published), *_order(manifest),
                *_records(folder, manifest, gone)]  # fmt: skip
    removed = sum(place(line) in gone for line in manifest.lines)
    return Verdict(len(manifest.lines), removed, tuple(problems))


def verify_capture(captures: Path, capture_id: str, published: Roots) -> Verdict:
    """Check one capture: its bytes, and that they are under the root of their day."""
    path, offset = capture_place(captures, capture_id)
    day = date.fromisoformat(path.parent.name)
    manifest = read_manifest(captures, day)
    if manifest is None:
        if scan_at(path, offset) is None:
            raise CaptureError(f"capture {capture_id}: there is no record at its place")
        return Verdict(1, 0, (), f"{day} is still open: its root will cover this record.")
    gone = {(one.file, one.record.offset): one for one in removals(path.parent)}
    places = {place(line): index for index, line in enumerate(manifest.lines)}
    index = places.get((path.name, offset))
    if index is None:
        return Verdict(1, 0, (f"{_name(path.name, offset)}: it is not in the manifest.",))
    line, leaves = manifest.lines[index], manifest.leaves
    with _opened(path) as file:
        problems = [*_chain(captures, manifest, published), *_record(file, line, gone)]
    if climbed(leaf_hash(line.text), way_up(leaves, index + 1)).hex() != manifest.root_sha256:
        problems.append(f"{_name(path.name, offset)}: it is not under the root of its day.")
    return Verdict(1, int(place(line) in gone), tuple(problems))


def _chain(captures: Path, manifest: Manifest, published: Roots) -> Iterator[str]:
    """Compare the root with the lines, with what was published, and with the day before."""
    day = manifest.day
    if manifest.computed_root != manifest.root_sha256:
        yield f"{day}: the root does not follow from the manifest's lines."
    if published.get(day, manifest.root_sha256) != manifest.root_sha256:
        yield f"{day}: the root is not the one that was published."
    earlier = [one for one in days(captures) if one < day]
    before = read_manifest(captures, earlier[-1]) if earlier else None
    if (before.root_sha256 if before else None) != manifest.previous_root_sha256:
        yield f"{day}: the day before does not have the root that this day names."


def _order(manifest: Manifest) -> Iterator[str]:
    for first, second in pairwise(manifest.lines):
        if place(first) >= place(second):
            yield f"{_line_name(second)}: it is not in its place in the manifest."


def _records(
    folder: Path, manifest: Manifest, gone: Mapping[tuple[str, int], Removal]
) -> Iterator[str]:
    """Compare every byte of the day's files with the manifest."""
    listed = {
        name: list(lines)
        for name, lines in groupby(sorted(manifest.lines, key=place), key=lambda one: one.file)
    }
    present = {path.name for path in folder.glob("*.warc.gz")}
    for name in sorted(present | set(listed)):
        with _opened(folder / name) as file:
            end = 0
            for line in listed.get(name, ()):
                if line.record.offset > end:
                    yield f"{_name(name, end)}: there is a record that is not in the manifest."
                end = line.record.offset + line.record.length
                yield from _record(file, line, gone)
            if file.seek(0, SEEK_END) > end:
                yield f"{_name(name, end)}: there is a record that is not in the manifest."


def _record(file: BinaryIO, line: Line, gone: Mapping[tuple[str, int], Removal]) -> Iterator[str]:
    """Compare one record's bytes with its line; a removed one must be nothing but gone."""
    file.seek(line.record.offset)
    removal, stored = gone.get(place(line)), file.read(line.record.length)
    if len(stored) < line.record.length:
        yield f"{_line_name(line)}: the record is missing or cut short."
    elif removal is None and sha256(stored).hexdigest() != line.record.stored_sha256:
        yield f"{_line_name(line)}: its bytes are not those of the manifest."
    elif removal is not None and Line(removal.file, removal.record).text != line.text:
        yield f"{_line_name(line)}: the removal that is recorded is of another record."
    elif removal is not None and stored != tombstone(removal.record):
        yield f"{_line_name(line)}: it was removed, and something else is in its place."


def _opened(path: Path) -> BinaryIO:
    """Return the file, or an empty one in the place of one that was taken away."""
    try:
        return path.open("rb")
    except FileNotFoundError:
        return BytesIO()


def _line_name(line: Line) -> str:
    return _name(line.file, line.record.offset)


def _name(file: str, offset: int) -> str:
    return f"{file}, byte {offset}"
