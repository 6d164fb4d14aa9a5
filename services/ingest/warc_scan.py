"""Reads a WARC file record by record, with the place and the hashes of each.

The hashes are computed from the bytes that are there, never taken from the records' own
headers. A last record that a kill cut short is a `tail`; so is everything from the first
byte on that is no record.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import BinaryIO

from shared.captures import GZIP_WINDOW

FIRST_BYTES = 2 * 1024  # most records of a day are small; what is read too much is read again
CHUNK_BYTES = 64 * 1024
TAIL = "tail"
BROKEN = "broken"
_HEAD_END = b"\r\n\r\n"


@dataclass(frozen=True, slots=True)
class Scanned:
    """One record: bytes `offset` to `offset + length` of the file.

    `stored_sha256` is that of the compressed bytes, which the record's own headers are part of;
    `payload_sha256` that of the body of a response, and empty for other records.
    """

    offset: int
    length: int
    kind: str
    stored_sha256: str
    block_sha256: str
    payload_sha256: str = ""


def scan(path: Path) -> Iterator[Scanned]:
    """Yield every record of the file at *path*, in order."""
    with path.open("rb") as file:
        offset = 0
        while True:
            file.seek(offset)
            try:
                stored, content = _member(file)
            except (EOFError, zlib.error):
                yield from _tail(file, offset)
                return
            if not stored:
                return
            yield _scanned(stored, content, offset)
            offset += len(stored)


def scan_at(path: Path, offset: int) -> Scanned | None:
    """Return the record at *offset*, or None where no whole one begins there."""
    try:
        with path.open("rb") as file:
            file.seek(offset)
            stored, content = _member(file)
    except (OSError, EOFError, zlib.error):
        return None
    return _scanned(stored, content, offset) if stored else None


def _member(file: BinaryIO) -> tuple[bytes, bytes]:
    """Return the gzip member at the file's place, as stored and unpacked; nothing at the end."""
    unpacker = zlib.decompressobj(GZIP_WINDOW)
    stored, content = bytearray(), bytearray()
    while not unpacker.eof:
        chunk = file.read(CHUNK_BYTES if stored else FIRST_BYTES)
        if not chunk and stored:
            raise EOFError
        if not chunk:
            return b"", b""
        stored += chunk
        content += unpacker.decompress(chunk)
    return bytes(stored[: len(stored) - len(unpacker.unused_data)]), bytes(content)


def _tail(file: BinaryIO, offset: int) -> Iterator[Scanned]:
    file.seek(offset)
    rest = file.read()
    if rest:
        digest = sha256(rest).hexdigest()
        yield Scanned(offset, len(rest), TAIL, digest, digest)


def _scanned(stored: bytes, content: bytes, offset: int) -> Scanned:
    head, found, rest = content.partition(_HEAD_END)
    fields = dict(_fields(head))
    size, digest = fields.get("content-length", ""), sha256(stored).hexdigest()
    if not found or not size.isdigit() or len(rest) != int(size) + len(_HEAD_END):
        return Scanned(offset, len(stored), BROKEN, digest, sha256(content).hexdigest())
    block = rest[: -len(_HEAD_END)]
    kind = fields.get("warc-type", BROKEN)
    payload = sha256(block.partition(_HEAD_END)[2]).hexdigest() if kind == "response" else ""
    return Scanned(offset, len(stored), kind, digest, sha256(block).hexdigest(), payload)


def _fields(head: bytes) -> Iterator[tuple[str, str]]:
    for line in head.decode("utf-8", "replace").split("\r\n")[1:]:
        name, _, value = line.partition(":")
        yield name.strip().lower(), value.strip()
