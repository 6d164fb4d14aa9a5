"""The published examples, as test parameters: one a file, named by type and file."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson
import pytest

from shared.events import EVENT_CLASSES, Event, decode
from shared.schemas import example_paths


@dataclass(frozen=True)
class Example:
    event_class: type[Event]
    path: Path

    @property
    def document(self) -> dict[str, Any]:
        parsed: dict[str, Any] = orjson.loads(self.path.read_bytes())
        return parsed

    @property
    def event(self) -> Event:
        return decode(self.event_class, self.path.read_bytes())

    @property
    def name(self) -> str:
        return f"{self.event_class.TYPE}/{self.path.stem.removeprefix('example-')}"


EXAMPLES = [Example(one, path) for one in EVENT_CLASSES for path in example_paths(one)]


def parameter(*examples: Example) -> pytest.MarkDecorator:
    """Run a test once for each of `examples`, by default for all."""
    chosen = examples or EXAMPLES
    return pytest.mark.parametrize("example", chosen, ids=[one.name for one in chosen])
