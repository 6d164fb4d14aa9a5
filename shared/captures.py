"""Read-only access to the evidence: the raw bytes as they came, by the id that events carry.

A capture_id is `<yyyymmdd>.<writer>.<offset>`: it names the day's file of one writing
process and the place of the response record in it, so that no database is needed to
find a page again. Reading checks the SHA-256 that was written with the bytes.
"""

from __future__ import annotations

import re
import zlib
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from typing import Any, BinaryIO

from warcio.archiveiterator import ArchiveIterator
from warcio.exceptions import ArchiveLoadFailed

from shared.errors import PermanentError

DIGEST_PREFIX = "sha256:"
GZIP_WINDOW = 31  # zlib's name for "a gzip header and checksum"
REMOVED_TYPE = "removed"  # of the record that stands in the place of a removed one
CHUNK_BYTES = 64 * 1024
_ID = re.compile(r"(?P<day>\d{8})\.(?P<writer>[a-z0-9-]{1,60})\.(?P<offset>\d{1,15})")


class CaptureError(PermanentError):
    """There is no such capture, or its bytes are not the ones that were written."""


@dataclass(frozen=True, slots=True)
class CapturedPage:
    """The body of one answer, with what is needed to show and to verify it."""

    capture_id: str
    url: str
    fetched_at: datetime
    status: int
    media_type: str
    raw: bytes
    sha256: str


def capture_file(root: Path, day: str, writer: str) -> Path:
    """Return where the captures of one writer on one day (yyyymmdd) are."""
    return root / day / f"{writer}.warc.gz"


def capture_place(root: Path, capture_id: str) -> tuple[Path, int]:
    """Return the file and the offset of a capture; CaptureError where the id is none."""
    parts = _ID.fullmatch(capture_id)
    if parts is None:
        raise CaptureError(f"{capture_id[:100]!r} is not the id of a capture")
    return capture_file(root, parts["day"], parts["writer"]), int(parts["offset"])


@dataclass(frozen=True, slots=True)
class CaptureStore:
    """The captures under one folder."""

    root: Path

    def read(self, capture_id: str) -> CapturedPage:
        """Return the capture; CaptureError where it is missing, damaged or no response."""
        path, offset = capture_place(self.root, capture_id)
        try:
            with path.open("rb") as file:
                file.seek(offset)
                member = BytesIO(_member(file))
            return _page(capture_id, next(iter(ArchiveIterator(member)), None))
        except FileNotFoundError as error:
            raise CaptureError(f"capture {capture_id}: its file is not here") from error
        except (ArchiveLoadFailed, EOFError, OSError, ValueError, zlib.error) as error:
            raise CaptureError(f"capture {capture_id} cannot be read: it is damaged") from error


def _member(file: BinaryIO) -> bytes:
    """Return one gzip member whole, so that its checksum covers the record's headers too."""
    decompressor = zlib.decompressobj(GZIP_WINDOW)
    pieces: list[bytes] = []
    while not decompressor.eof:
        piece = file.read(CHUNK_BYTES)
        if not piece:
            raise EOFError("the record is cut short")
        pieces.append(decompressor.decompress(piece))
    return b"".join(pieces)


def _page(capture_id: str, record: Any) -> CapturedPage:
    if record is not None and record.rec_type == REMOVED_TYPE:
        raise CaptureError(f"capture {capture_id} was removed on a decision of a person")
    if record is None or record.rec_type != "response" or record.http_headers is None:
        raise CaptureError(f"capture {capture_id}: there is no response at this place")
    raw = record.content_stream().read()
    digest = sha256(raw).hexdigest()
    if record.rec_headers.get_header("WARC-Payload-Digest") != DIGEST_PREFIX + digest:
        raise CaptureError(f"capture {capture_id}: the bytes do not have the recorded SHA-256")
    media_type = record.http_headers.get_header("Content-Type") or ""
    return CapturedPage(
        capture_id=capture_id,
        url=record.rec_headers.get_header("WARC-Target-URI"),
        fetched_at=datetime.fromisoformat(record.rec_headers.get_header("WARC-Date")),
        status=int(record.http_headers.get_statuscode()),
        media_type=media_type.partition(";")[0].strip().lower(),
        raw=raw,
        sha256=digest,
    )
