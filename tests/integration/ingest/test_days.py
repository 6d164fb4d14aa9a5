"""Days of evidence as the service closes and publishes them, and as an operator checks them."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from deploy.cli.__main__ import app
from services.ingest.day_closer import DayCloser
from services.ingest.evidence import CaptureWriter
from services.ingest.settle import facts_of
from shared.errors import TransientError
from shared.events import Capture, EvidenceDayClosed
from shared.health import Health
from shared.mongo import Database, client_of, connect
from shared.settings import Settings
from tests.integration.ingest.outlets import RecordingPublisher
from tests.unit.ingest.test_evidence import AT, fetched
from tests.unit.ingest.test_items import page

TOMORROW = AT + timedelta(days=1)


@pytest.fixture
async def database(settings: Settings) -> AsyncIterator[Database]:
    database = connect(settings, "ingest")
    yield database
    client_of(database).close()


def closer(
    settings: Settings, database: Database, publisher: RecordingPublisher, now: datetime
) -> DayCloser:
    """Return a closer as a process that has just started has it."""
    root = settings.captures_dir
    writer = CaptureWriter(root, "w9", "tocsin/test", lambda: now)
    return DayCloser(
        root, writer, "tocsin/test", database, publisher, Health("ingest"), lambda: now
    )


def capture(settings: Settings, writer: str, at: datetime) -> Capture:
    one = CaptureWriter(settings.captures_dir, writer, "tocsin/test", lambda: at)
    (found,) = one.write([(fetched(at=at), facts_of(page()))])
    one.close()
    return found


def said(publisher: RecordingPublisher) -> list[EvidenceDayClosed]:
    return [one for one in publisher.events if isinstance(one, EvidenceDayClosed)]


async def test_day_is_closed_after_it_is_over_and_published_once(
    settings: Settings, database: Database, publisher: RecordingPublisher
) -> None:
    for number in range(2):
        capture(settings, f"w{number}", AT)
    capture(settings, "w1", TOMORROW)
    await closer(settings, database, publisher, AT + timedelta(minutes=5)).look()
    assert said(publisher) == []
    publisher.failure = TransientError("away")
    with pytest.raises(TransientError):
        await closer(settings, database, publisher, AT + timedelta(minutes=20)).look()
    publisher.failure = None
    for days in (1, 2, 2):
        await closer(settings, database, publisher, AT + timedelta(days=days, minutes=20)).look()
    first, second = said(publisher)
    assert (first.day.isoformat(), first.records, first.previous_root_sha256) == (
        "2026-11-20", 6, None,
    )  # fmt: skip
    assert second.previous_root_sha256 == first.root_sha256
    assert publisher.recorded == [first.closed_at, second.closed_at]


async def test_day_that_another_process_writes_to_waits(
    settings: Settings, database: Database, publisher: RecordingPublisher
) -> None:
    other = CaptureWriter(settings.captures_dir, "w1", "tocsin/test", lambda: AT)
    other.write([(fetched(), {})])
    later = closer(settings, database, publisher, TOMORROW + timedelta(hours=1))
    await later.look()
    assert said(publisher) == []
    other.close()
    await later.look()
    assert len(said(publisher)) == 1


async def verify(what: str) -> Result:
    def invoke() -> Result:
        return CliRunner().invoke(app, ["evidence", "verify", what])

    return await asyncio.to_thread(invoke)


@pytest.fixture
async def closed(
    settings: Settings,
    database: Database,
    publisher: RecordingPublisher,
    monkeypatch: pytest.MonkeyPatch,
) -> Capture:
    found = capture(settings, "w1", AT)
    await closer(settings, database, publisher, TOMORROW + timedelta(hours=1)).look()
    for name in ("CAPTURES_DIR", "NAMESPACE", "MONGO_URL", "KAFKA_BOOTSTRAP"):
        monkeypatch.setenv(f"TOCSIN_{name}", str(getattr(settings, name.lower())))
    return found


def file_of(settings: Settings) -> Path:
    return settings.captures_dir / "20261120" / "w1.warc.gz"


async def test_operator_sees_that_a_day_is_whole_and_what_differs(
    settings: Settings, closed: Capture
) -> None:
    for what in ("2026-11-20", closed.capture_id, "all"):
        done = await verify(what)
        assert (done.exit_code, "is whole" in done.output) == (0, True), (what, done.output)
    damaged = bytearray(file_of(settings).read_bytes())
    damaged[20] ^= 1
    file_of(settings).write_bytes(damaged)
    for what in ("2026-11-20", closed.capture_id):
        done = await verify(what)
        assert done.exit_code == 1
        assert "w1.warc.gz, byte 0: its bytes are not those of the manifest." in done.output


@pytest.mark.usefixtures("closed")
async def test_manifest_that_is_made_anew_is_not_the_one_that_was_published(
    settings: Settings, database: Database, publisher: RecordingPublisher
) -> None:
    (file_of(settings).parent / "manifest.jsonl").unlink()
    capture(settings, "w2", AT)
    await closer(settings, database, publisher, TOMORROW + timedelta(hours=2)).look()
    assert len(said(publisher)) == 1
    done = await verify("2026-11-20")
    assert done.exit_code == 1
    assert "the root is not the one that was published" in done.output


async def test_item_is_checked_by_its_captures(database: Database, closed: Capture) -> None:
    await database["items"].insert_one({"_id": "a" * 32, "captures": [closed.capture_id]})
    done = await verify("a" * 32)
    assert (done.exit_code, closed.capture_id in done.output) == (0, True), done.output
    missing = await verify("b" * 32)
    assert "No item has the id" in str(missing.exception)
