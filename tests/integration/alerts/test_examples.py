"""Every example of every contract that alerts reads goes through it, twice."""

from __future__ import annotations

import pytest

from services.alerts.handler import EVENTS
from shared.events import Event, decode
from shared.schemas import example_paths
from tests.integration.alerts.conftest import Desk


@pytest.mark.parametrize("event_class", EVENTS.values(), ids=EVENTS.keys())
async def test_examples_are_understood(desk: Desk, event_class: type[Event]) -> None:
    examples = [decode(event_class, path.read_bytes()) for path in example_paths(event_class)]

    assert len(examples) >= 3
    assert await desk.deliver(*examples, *examples) == {}
