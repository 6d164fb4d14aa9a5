"""The outlet, the parsers and the publisher that ingest's integration tests share."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from services.ingest.sandbox import Sandbox
from tests.integration.ingest.outlets import OutletServer, RecordingPublisher, serving


@pytest.fixture
async def server() -> AsyncIterator[OutletServer]:
    async with serving() as outlet:
        yield outlet


@pytest.fixture
async def sandbox() -> AsyncIterator[Sandbox]:
    sandbox = Sandbox(processes=2)
    yield sandbox
    await sandbox.close()


@pytest.fixture
def publisher() -> RecordingPublisher:
    return RecordingPublisher()
