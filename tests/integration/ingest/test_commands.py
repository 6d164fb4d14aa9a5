"""`tocsin outlets` on a registry of its own, against an outlet on this machine."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from deploy.cli.__main__ import app
from services.ingest.registry import RegisteredOutlet
from services.ingest.registry_file import load_registry
from services.ingest.sandbox import Sandbox
from shared.errors import ConfigurationError
from shared.mongo import client_of, connect
from shared.settings import Settings
from tests.integration.ingest.outlets import (
    OutletServer,
    RecordingPublisher,
    article,
    ingesting,
    registry_of,
    until,
)
from tests.integration.ingest.test_way import documents

FILE = """\
country: XA
outlets:
  # the first
  - outlet_id: xa-test
    name: Test Times
    medium: online
    base: domestic
    languages: [en]
    status: active
    ownership:
      owner: []
      control: []
    sources:
      - source_id: xa-test-feed
        kind: feed
        url: "%s/feed.xml"
        period_seconds: 60
        enabled: false
        last_fetched_live: not yet
"""
FACT = ("--fact-source", "gazette", "--since", "2026-01-02")
ADD = ("--country", "XA", "--medium", "radio", "--base", "exile", "--language", "en")


@pytest.fixture
def folder(
    settings: Settings, server: OutletServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Path:
    outlets = tmp_path / "outlets"
    outlets.mkdir()
    (outlets / "xa.yaml").write_text(FILE % server.root, encoding="utf-8")
    variables = {
        "CONFIG_DIR": tmp_path,
        "NAMESPACE": settings.namespace,
        "MONGO_URL": settings.mongo_url,
        "KAFKA_BOOTSTRAP": settings.kafka_bootstrap,
        "INGEST_ALLOWED_ADDRESSES": f"127.0.0.1:{server.port}",
    }
    for name, value in variables.items():
        monkeypatch.setenv(f"TOCSIN_{name}", str(value))
    monkeypatch.setenv("COLUMNS", "200")
    return outlets


async def tocsin(*arguments: str) -> Result:
    def invoke() -> Result:
        return CliRunner().invoke(app, ["outlets", *arguments])

    return await asyncio.to_thread(invoke)


def outlet(folder: Path, outlet_id: str = "xa-test") -> RegisteredOutlet:
    return next(one for one in load_registry(folder).outlets if one.outlet_id == outlet_id)


async def test_check_shows_what_would_come_stores_nothing_and_enables(
    settings: Settings, server: OutletServer, folder: Path
) -> None:
    server.publish("/a", article())
    done = await tocsin("check", "xa-test")
    assert done.exit_code == 0, done.output
    for words in ("last fetched live: not yet", "1 articles are listed", "A report", "characters"):
        assert words in done.output
    assert await documents(settings, "items") == await documents(settings, "sources") == []
    assert not outlet(folder).sources[0].enabled
    assert (await tocsin("check", "xa-test", "--enable")).exit_code == 0
    source = outlet(folder).sources[0]
    assert source.enabled
    assert source.last_fetched_live == datetime.now(UTC).date()
    assert "# the first" in (folder / "xa.yaml").read_text("utf-8")


async def test_check_says_in_one_sentence_why_a_source_cannot_be_read(
    server: OutletServer, folder: Path
) -> None:
    (folder / "xa.yaml").write_text(FILE % f"{server.root}/missing", encoding="utf-8")
    done = await tocsin("check", "xa-test", "--enable")
    assert done.exit_code == 1
    assert "The server answered 404: the page is not there." in done.output
    assert not outlet(folder).sources[0].enabled


async def test_outlet_is_added_and_its_control_changes_hands(folder: Path) -> None:
    owner = ("--owner", "xa-state", "--owner-kind", "state", *FACT)
    done = await tocsin("add", "xa-radio", "--name", "Radio", *ADD, *owner)
    assert done.exit_code == 0, done.output
    for control, day in (("xa-state", "2026-01-02"), ("xa-militia", "2026-03-04")):
        fact = ("--fact-source", "report", "--since", day)
        done = await tocsin("edit", "xa-radio", "--control", control, *fact)
        assert done.exit_code == 0, done.output
    found = outlet(folder, "xa-radio")
    held = [found.outlet_as_of(datetime(2026, 3, day, tzinfo=UTC).date()) for day in (3, 4)]
    assert [one.controlled_by for one in held] == ["xa-state", "xa-militia"]
    assert {one.owner_id for one in held} == {"xa-state"}
    listed = await tocsin("list", "--country", "XA")
    assert "xa-militia" in listed.output


async def test_duplicate_and_misspelt_are_refused_and_change_nothing(folder: Path) -> None:
    before = (folder / "xa.yaml").read_text("utf-8")
    owner = ("--owner", "xa-state", "--owner-kind", "state", *FACT)
    for arguments in (
        ("add", "xa-test", "--name", "Times", *ADD, *owner),
        ("edit", "xa-test", "--status", "gone"),
        ("edit", "xa-test", "--control", "xa-x"),
        ("edit", "xa-nobody", "--name", "x"),
    ):
        done = await tocsin(*arguments)
        assert isinstance(done.exception, ConfigurationError), done.output
    assert (folder / "xa.yaml").read_text("utf-8") == before


@pytest.mark.parametrize("form", ["opml", "csv", "yaml"])
async def test_export_and_import_change_nothing(folder: Path, tmp_path: Path, form: str) -> None:
    before = (folder / "xa.yaml").read_text("utf-8")
    file = str(tmp_path / f"list.{form}")
    assert (await tocsin("export", file)).exit_code == 0
    done = await tocsin("import", file)
    assert "0 added, 0 changed, 1 as they were" in done.output
    assert (folder / "xa.yaml").read_text("utf-8") == before


async def test_state_shows_polls_items_and_languages(
    settings: Settings,
    server: OutletServer,
    publisher: RecordingPublisher,
    sandbox: Sandbox,
    folder: Path,
) -> None:
    file = folder / "xa.yaml"
    file.write_text(file.read_text("utf-8").replace("enabled: false", "enabled: true"), "utf-8")
    server.publish("/a", article())
    async with ingesting(settings, server, publisher, sandbox, registry_of(server)):
        await until(lambda: len(publisher.items) == 1)
    database = connect(settings, "ingest")
    failure = {"last_error": "The server answered 503.", "last_error_at": datetime.now(UTC)}
    await database["sources"].update_one({"_id": "xa-test-feed"}, {"$set": failure})
    client_of(database).close()
    done = await tocsin("state")
    assert done.exit_code == 0, done.output
    for words in ("xa-test", "unknown", "1 / ?", "en", "The server answered 503."):
        assert words in done.output
