"""The desks' readers as their files are now: a change is taken up without a restart.

A change that holds a mistake is refused whole and said in the log; the desks stay as they
were, because a typing error must not end the watch over a country.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import structlog

from services.analysis.abuse import with_terms
from services.analysis.analyse import Readers, create_readers
from services.analysis.desks import load_desks
from shared.errors import ConfigurationError
from shared.metrics import DESK_RELOADS_TOTAL

_Stamp = tuple[tuple[str, int, int], ...]


class DeskFiles:
    """The folder of desks and, where there is one, that of terms of abuse."""

    def __init__(self, desks: Path, terms: Path | None = None) -> None:
        self._folders = (desks, terms)
        self._stamp = self._now()
        self._readers = self._read()

    def current(self) -> Readers:
        """Return the readers, made anew if a file has changed since the last call."""
        stamp = self._now()
        if stamp != self._stamp:
            self._stamp = stamp
            self._reload()
        return self._readers

    def _reload(self) -> None:
        try:
            self._readers = self._read()
        except ConfigurationError as error:
            structlog.get_logger().error("desks_refused", mistake=str(error))
            DESK_RELOADS_TOTAL.labels(outcome="refused").inc()
        else:
            structlog.get_logger().info(
                "desks_reloaded", countries=sorted(self._readers.by_country)
            )
            DESK_RELOADS_TOTAL.labels(outcome="taken").inc()

    def _read(self) -> Readers:
        desks, terms = self._folders
        return create_readers(with_terms(load_desks(desks), terms))

    def _now(self) -> _Stamp:
        return tuple(self._files())

    def _files(self) -> Iterator[tuple[str, int, int]]:
        for folder in self._folders:
            for path in sorted(folder.glob("*.yaml")) if folder else ():
                state = path.stat()
                yield str(path), state.st_mtime_ns, state.st_size
