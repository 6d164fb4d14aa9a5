"""The manifest of a day's captures: every record by place and hash, under one root.

The first line of the tree names the day and the root of the day before, so no day can be
changed or left out without every later root showing it. A record that is removed keeps its
line, and the root stays.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

import orjson

from services.ingest.merkle import leaf_hash, root
from services.ingest.warc_scan import Scanned
from shared.errors import PermanentError
from shared.events import EvidenceDayClosed

NAME = "manifest.jsonl"
VERSION = 1


class ManifestError(PermanentError):
    """A manifest cannot be read as one."""


@dataclass(frozen=True, slots=True)
class Line:
    """One record of one file."""

    file: str
    record: Scanned

    @property
    def text(self) -> str:
        """Return what is hashed, and written; the same record always gives the same."""
        one = self.record
        hashes = (one.stored_sha256, one.block_sha256, one.payload_sha256 or "-")
        fields = (self.file, str(one.offset), str(one.length), one.kind, *hashes)
        return " ".join(fields)


@dataclass(frozen=True, slots=True)
class Manifest:
    """A closed day; `root_sha256` is what the manifest itself says, to be compared."""

    day: date
    previous_root_sha256: str | None
    software_version: str
    closed_at: datetime
    lines: tuple[Line, ...]
    root_sha256: str

    @property
    def leaves(self) -> list[bytes]:
        """Return the leaves of the tree: the head, then every record."""
        head = (
            f"tocsin evidence {VERSION} {self.day.isoformat()} {self.previous_root_sha256 or '-'}"
        )
        return [leaf_hash(text) for text in (head, *(line.text for line in self.lines))]

    @property
    def computed_root(self) -> str:
        """Return the root that follows from the lines."""
        return root(self.leaves).hex()

    def event(self) -> EvidenceDayClosed:
        """Return the fact that the day is closed; the same whenever it is asked for."""
        return EvidenceDayClosed(
            day=self.day,
            root_sha256=self.root_sha256,
            previous_root_sha256=self.previous_root_sha256,
            records=len(self.lines),
            bytes=sum(line.record.length for line in self.lines),
            software_version=self.software_version,
            closed_at=self.closed_at,
        )


def sealed(
    day: date, previous: str | None, software: str, closed_at: datetime, lines: Iterable[Line]
) -> Manifest:
    """Return the manifest over *lines*, with its root."""
    ordered = tuple(sorted(lines, key=place))
    blank = Manifest(day, previous, software, closed_at, ordered, "")
    return Manifest(day, previous, software, closed_at, ordered, blank.computed_root)


def place(line: Line) -> tuple[str, int]:
    """Return by what lines are ordered."""
    return line.file, line.record.offset


def folder_of(captures: Path, day: date) -> Path:
    """Return where the captures of *day* are."""
    return captures / day.strftime("%Y%m%d")


def days(captures: Path) -> list[date]:
    """Return the days that have captures, in order."""
    if not captures.is_dir():
        return []
    return sorted(
        datetime.strptime(one.name, "%Y%m%d").date()  # noqa: DTZ007 - a day has no zone
        for one in captures.iterdir()
        if one.is_dir() and len(one.name) == 8 and one.name.isdigit()  # noqa: PLR2004 - yyyymmdd
    )


def write_manifest(captures: Path, manifest: Manifest) -> None:
    """Write *manifest* whole or not at all; the disk has it when this returns."""
    folder = folder_of(captures, manifest.day)
    head = {
        "version": VERSION,
        "day": manifest.day,
        "previous_root_sha256": manifest.previous_root_sha256,
        "software_version": manifest.software_version,
        "closed_at": manifest.closed_at,
        "root_sha256": manifest.root_sha256,
    }
    beside = folder / f"{NAME}.new"
    with beside.open("wb") as file:
        file.write(orjson.dumps(head) + b"\n")
        file.writelines(line.text.encode() + b"\n" for line in manifest.lines)
        file.flush()
        os.fsync(file.fileno())
    beside.replace(folder / NAME)


def read_manifest(captures: Path, day: date) -> Manifest | None:
    """Return the manifest of *day*, or None while the day is open."""
    try:
        text = (folder_of(captures, day) / NAME).read_text(encoding="utf-8")
    except FileNotFoundError:
        return None
    except (OSError, UnicodeDecodeError) as error:
        raise ManifestError(f"{day}: the manifest cannot be read") from error
    first, *others = text.splitlines()
    try:
        return _manifest(orjson.loads(first), others)
    except (orjson.JSONDecodeError, KeyError, TypeError, ValueError) as error:
        raise ManifestError(f"{day}: the manifest is damaged") from error


def _manifest(head: dict[str, Any], lines: Sequence[str]) -> Manifest:
    return Manifest(
        day=date.fromisoformat(head["day"]),
        previous_root_sha256=head["previous_root_sha256"],
        software_version=head["software_version"],
        closed_at=datetime.fromisoformat(head["closed_at"]),
        lines=tuple(_line(text) for text in lines),
        root_sha256=head["root_sha256"],
    )


def _line(text: str) -> Line:
    file, offset, length, kind, stored, block, payload = text.split(" ")
    payload = "" if payload == "-" else payload
    return Line(file, Scanned(int(offset), int(length), kind, stored, block, payload))
