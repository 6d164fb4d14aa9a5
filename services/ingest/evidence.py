"""The one writer of captures: appends to a file a day, never changes what is written.

Each process writes files of its own name, new at every start, so a record cut short by a
kill stays the last of its file and is never followed by another. A batch is written and
then synchronised once; only then are its ids handed out, so no event names bytes that a
power cut could lose.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC
from pathlib import Path
from typing import BinaryIO

from services.ingest.fetched import Fetched
from services.ingest.warc import companion_records, response_record
from shared.captures import capture_file
from shared.events import Capture


@dataclass(slots=True)
class CaptureWriter:
    """Appends captures under *root*; *writer* must be new for every process start."""

    root: Path
    writer: str
    software: str
    _day: str = ""
    _file: BinaryIO | None = field(default=None)

    def write(self, pages: Sequence[Fetched]) -> list[Capture]:
        """Append *pages* and return their captures once the disk has them. Blocking."""
        captures = [self._append(page) for page in pages]
        self._synchronise()
        return captures

    def close(self) -> None:
        """Close the file of the day."""
        file, self._file = self._file, None
        if file is not None:
            file.close()

    def _append(self, page: Fetched) -> Capture:
        day = page.fetched_at.astimezone(UTC).strftime("%Y%m%d")
        file = self._open(day)
        offset = file.tell()
        record, record_id = response_record(page)
        file.write(record)
        file.write(companion_records(page, record_id, self.software))
        return Capture(
            capture_id=f"{day}.{self.writer}.{offset}",
            raw_sha256=page.sha256,
            media_type=page.media_type,
            size_bytes=len(page.body),
            fetched_at=page.fetched_at,
        )

    def _open(self, day: str) -> BinaryIO:
        if self._file is not None and day == self._day:
            return self._file
        self._synchronise()
        self.close()
        path = capture_file(self.root, day, self.writer)
        path.parent.mkdir(parents=True, exist_ok=True)
        self._file = path.open("ab")
        self._day = day
        _synchronise_folder(path.parent)
        return self._file

    def _synchronise(self) -> None:
        if self._file is not None:
            self._file.flush()
            os.fsync(self._file.fileno())


def _synchronise_folder(folder: Path) -> None:
    """Make the new file's name durable as well as its bytes."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
