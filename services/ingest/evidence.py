"""The one writer of captures: appends to a file a day, never changes what is written.

Each process writes files of its own name, new at every start, so a record cut short by a
kill stays the last of its file and is never followed by another. A batch is written and
then synchronised once; only then are its ids handed out, so no event names bytes that a
power cut could lose. What is fetched before midnight and written after its day was closed
goes to the day on which it is written.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path
from threading import Lock
from typing import BinaryIO

from services.ingest import day_lock, day_manifest
from services.ingest.fetched import Fetched
from services.ingest.warc import companion_records, response_record
from shared.captures import capture_file
from shared.events import Capture

# Large enough to be few, small enough to be moved to another disk or bucket one at a time.
FILE_BYTES = 1024**3
Facts = Mapping[str, str]  # what is noted beside a capture, by name


@dataclass(slots=True)
class CaptureWriter:
    """Appends captures under *root*; *writer* must be new for every process start."""

    root: Path
    writer: str
    software: str
    now: Callable[[], datetime]
    file_bytes: int = FILE_BYTES
    _part: int = 0
    _day: str = ""
    _file: BinaryIO | None = field(default=None)
    _share: int = -1
    _turn: Lock = field(default_factory=Lock)

    def write(self, pages: Sequence[tuple[Fetched, Facts]]) -> list[Capture]:
        """Append *pages* and return their captures once the disk has them. Blocking."""
        with self._turn:
            captures = [self._append(page, facts) for page, facts in pages]
            self._synchronise()
        return captures

    def leave(self, before: date) -> None:
        """Let days before *before* be closed, if this writer still has one of them open."""
        with self._turn:
            if self._file is not None and self._day < before.strftime("%Y%m%d"):
                self._synchronise()
                self._close()

    def close(self) -> None:
        """Close the file of the day."""
        with self._turn:
            self._close()

    def _append(self, page: Fetched, facts: Facts) -> Capture:
        file = self._open(page.fetched_at)
        offset = file.tell()
        record, record_id = response_record(page)
        file.write(record)
        file.write(companion_records(page, record_id, self.software, facts))
        return Capture(
            capture_id=f"{self._day}.{self._name}.{offset}",
            raw_sha256=page.sha256,
            media_type=page.media_type,
            size_bytes=len(page.body),
            fetched_at=page.fetched_at,
        )

    @property
    def _name(self) -> str:
        return f"{self.writer}-{self._part}" if self._part else self.writer

    def _open(self, at: datetime) -> BinaryIO:
        """Return the file for a page fetched at *at*."""
        day = at.astimezone(UTC).strftime("%Y%m%d")
        if self._file is not None and day <= self._day and self._file.tell() < self.file_bytes:
            return self._file
        self._synchronise()
        if self._file is not None and day <= self._day:
            day = self._day
            self._part += 1
        self._close()
        return self._begin(day)

    def _begin(self, day: str) -> BinaryIO:
        """Open the file of *day*, or of today where that day is closed."""
        folder = self.root / day
        folder.mkdir(parents=True, exist_ok=True)
        self._share = day_lock.share(folder)
        if (folder / day_manifest.NAME).exists():
            self._close()
            return self._begin(self.now().astimezone(UTC).strftime("%Y%m%d"))
        self._file = capture_file(self.root, day, self._name).open("ab")
        self._day = day
        _synchronise_folder(folder)
        return self._file

    def _close(self) -> None:
        file, self._file = self._file, None
        share, self._share = self._share, -1
        if file is not None:
            file.close()
        if share >= 0:
            os.close(share)

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
