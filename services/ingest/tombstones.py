"""Takes captures out of the evidence, and leaves in their place that something was taken out.

The record's hashes go to the day's `removals.jsonl` first, then its bytes are overwritten
by a record of the same length. No other record moves, and the day's root stays provable.
"""

from __future__ import annotations

import os
import zlib
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID, uuid5

import orjson

from services.ingest.warc_scan import Scanned, scan_at
from shared.captures import REMOVED_TYPE, CaptureError, capture_place

NAME = "removals.jsonl"
RECORDS = 3  # response, request and metadata of one fetch follow each other

_NAMES = UUID("7f0a4e4c-51b7-5d5b-9a52-6b3a5a1f7c10")
_HEAD = bytes.fromhex("1f8b0804000000000003")  # gzip with an extra field, no time
_MAX_EXTRA = 60_000


@dataclass(frozen=True, slots=True)
class Removal:
    """A record that was taken out: what it was, when it went, and a code for why."""

    file: str
    record: Scanned
    removed_at: datetime
    code: str


def remove_capture(root: Path, capture_id: str, code: str, at: datetime) -> None:
    """Overwrite the records of a capture; doing so again changes nothing.

    CaptureError where there is no such capture. Blocking.
    """
    path, offset = capture_place(root, capture_id)
    known = {(one.file, one.record.offset): one for one in removals(path.parent)}
    for _ in range(RECORDS):
        found = known.get((path.name, offset))
        record = found.record if found else scan_at(path, offset)
        if record is None:
            raise CaptureError(f"capture {capture_id}: there is no record at its place")
        if found is None:
            _log(path.parent, Removal(path.name, record, at.astimezone(UTC), code))
        _overwrite(path, record)
        offset += record.length


def removals(folder: Path) -> Iterator[Removal]:
    """Yield what was taken out of the captures of one day."""
    path = folder / NAME
    for line in path.read_bytes().splitlines() if path.exists() else ():
        fields: dict[str, Any] = orjson.loads(line)
        yield Removal(
            file=fields["file"],
            record=Scanned(**fields["record"]),
            removed_at=datetime.fromisoformat(fields["removed_at"]),
            code=fields["code"],
        )


def tombstone(record: Scanned) -> bytes:
    """Return a gzip member of the same length as *record* that says that it is gone.

    A small record leaves room for a bare one: WARC readers pass over both.
    """
    text = (
        f"WARC/1.1\r\nWARC-Type: {REMOVED_TYPE}\r\nWARC-Record-ID: "
        f"<urn:uuid:{uuid5(_NAMES, record.block_sha256)}>\r\nWARC-Date: 1970-01-01T00:00:00Z\r\n"
        "Content-Length: "
    ).encode()
    room = record.length - len(_packed(text + b"0\r\n\r\n\r\n\r\n", 0))
    if room < 0:
        return _packed(b"", record.length - len(_packed(b"", 0)))
    padding = max(0, room - _MAX_EXTRA)
    content = text + f"{padding}\r\n\r\n".encode() + b" " * padding + b"\r\n\r\n"
    spent = len(_packed(content, 0, level=0 if padding else 9))
    while spent > record.length:  # what stored blocks cost beside their content
        padding -= spent - record.length
        content = text + f"{padding}\r\n\r\n".encode() + b" " * padding + b"\r\n\r\n"
        spent = len(_packed(content, 0, level=0))
    return _packed(content, record.length - spent, level=0 if padding else 9)


def _packed(content: bytes, extra: int, level: int = 9) -> bytes:
    """Return *content* as a gzip member with *extra* bytes of padding in its head."""
    packer = zlib.compressobj(level, zlib.DEFLATED, -zlib.MAX_WBITS)
    body = packer.compress(content) + packer.flush()
    check = zlib.crc32(content).to_bytes(4, "little") + len(content).to_bytes(4, "little")
    return _HEAD + extra.to_bytes(2, "little") + bytes(extra) + body + check


def _log(folder: Path, removal: Removal) -> None:
    line = orjson.dumps(asdict(removal)) + b"\n"
    with (folder / NAME).open("ab") as file:
        file.write(line)
        file.flush()
        os.fsync(file.fileno())


def _overwrite(path: Path, record: Scanned) -> None:
    with path.open("r+b") as file:
        file.seek(record.offset)
        file.write(tombstone(record))
        file.flush()
        os.fsync(file.fileno())
