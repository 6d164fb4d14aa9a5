"""Changes the operators' files of outlets, and only to what a start of ingest would accept.

The files as they would be are read and checked beside the real ones first; a mistake
leaves those untouched and is named with the line that it would have.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from services.ingest.registry import RegisteredOutlet, Registry
from services.ingest.registry_file import (
    Placed,
    load_registry,
    read_folder,
    refuse_mistakes,
)
from services.ingest.registry_text import file_text, with_outlet
from shared.addresses import Addresses
from shared.errors import ConfigurationError


@dataclass(frozen=True, slots=True)
class Changes:
    """What became of outlets that were to be written, by id."""

    added: tuple[str, ...]
    changed: tuple[str, ...]
    unchanged: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class RegistryFolder:
    """The files of one installation."""

    folder: Path
    allowed: Addresses = frozenset()

    def registry(self) -> Registry:
        """Return what the files say; ConfigurationError where ingest would refuse them."""
        return load_registry(self.folder, self.allowed)

    def outlet(self, outlet_id: str) -> RegisteredOutlet:
        """Return one outlet; ConfigurationError where none has this id."""
        for outlet in self.registry().outlets:
            if outlet.outlet_id == outlet_id:
                return outlet
        raise ConfigurationError(
            f"No outlet is registered as {outlet_id}: `tocsin outlets list` shows all."
        )

    def put(self, given: Sequence[Placed], *, may_change: bool) -> Changes:
        """Write outlets; a known one that differs is refused unless it *may_change*."""
        located = read_folder(self.folder)
        known = {one.outlet.outlet_id: one.outlet for one in located}
        ids = {one.outlet.outlet_id for one in given}
        others = [one for one in located if one.outlet.outlet_id not in ids]
        refuse_mistakes([*others, *given], self.allowed)
        new = [one for one in given if one.outlet.outlet_id not in known]
        edited = [one for one in given if known.get(one.outlet.outlet_id, one.outlet) != one.outlet]
        for one in edited:
            _refuse_edit(one, known[one.outlet.outlet_id], may_change=may_change)
        self._write([one.outlet for one in (*new, *edited)])
        written = {one.outlet.outlet_id for one in (*new, *edited)}
        return Changes(
            added=tuple(one.outlet.outlet_id for one in new),
            changed=tuple(one.outlet.outlet_id for one in edited),
            unchanged=tuple(
                one.outlet.outlet_id for one in given if one.outlet.outlet_id not in written
            ),
        )

    def _write(self, outlets: Sequence[RegisteredOutlet]) -> None:
        with TemporaryDirectory() as place:
            draft = Path(place)
            for path in self.folder.glob("*.yaml"):
                shutil.copyfile(path, draft / path.name)
            for outlet in outlets:
                _put(draft / f"{outlet.country.lower()}.yaml", outlet)
            load_registry(draft, self.allowed)
            for country in {outlet.country.lower() for outlet in outlets}:
                _replace(
                    self.folder / f"{country}.yaml", (draft / f"{country}.yaml").read_text("utf-8")
                )


def _refuse_edit(one: Placed, known: RegisteredOutlet, *, may_change: bool) -> None:
    if known.country != one.outlet.country:
        raise one.error(f"{known.outlet_id} is registered in another country", "outlet_id")
    if not may_change:
        reason = (
            f"{known.outlet_id} is registered with other facts: compare the two, then import"
            " again with --replace"
        )
        raise one.error(reason, "outlet_id")


def _put(path: Path, outlet: RegisteredOutlet) -> None:
    if path.exists():
        text = with_outlet(path.read_text(encoding="utf-8"), outlet)
    else:
        text = file_text(outlet.country, [outlet])
    path.write_text(text, encoding="utf-8")


def _replace(path: Path, text: str) -> None:
    """Write beside, then rename: a reader sees the old file or the new one."""
    beside = path.with_suffix(".new")
    beside.write_text(text, encoding="utf-8")
    os.replace(beside, path)  # noqa: PTH105 - replaces, which rename promises only on POSIX
