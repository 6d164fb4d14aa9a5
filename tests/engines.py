"""Real engines for tests: one set a session, one namespace a test.

With TOCSIN_TEST_ATTACH=1 the tests use engines that are already running (development);
their addresses stand in the file that TOCSIN_STATE_DIR/test/attach.json names.
"""

from __future__ import annotations

import json
import secrets
import socket
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from shared.admin import drop, existing_topics
from shared.elastic import connect as connect_elastic
from shared.mongo import client_of, connect
from shared.settings import Settings, load_settings

ATTACH = Path(".tocsin/test/attach.json")


@dataclass(frozen=True, slots=True)
class Engines:
    """Where the engines of this session answer; `secrets` has a password file a principal."""

    kafka: str
    mongo: str
    elasticsearch: str
    secrets: Path


def as_principal(settings: Settings, principal: str) -> Settings:
    """Return *settings* as the Kafka principal of one service has them."""
    file = settings.kafka_password_file
    assert file is not None
    return settings.model_copy(
        update={"kafka_username": principal, "kafka_password_file": file.with_name(principal)}
    )


@pytest.fixture(scope="session")
def engines() -> Engines:
    found = json.loads(ATTACH.read_text(encoding="utf-8"))
    return Engines(found["kafka"], found["mongo"], found["elasticsearch"], Path(found["secrets"]))


@pytest.fixture
async def settings(engines: Engines, tmp_path: Path) -> AsyncIterator[Settings]:
    settings = load_settings(
        env="test",
        namespace=f"t{secrets.token_hex(4)}-",
        kafka_bootstrap=engines.kafka,
        kafka_username="admin",
        kafka_password_file=engines.secrets / "admin",
        mongo_url=engines.mongo,
        elasticsearch_url=engines.elasticsearch,
        captures_dir=tmp_path / "captures",
        state_dir=tmp_path,
        ops_port=0,
    )
    yield settings
    await forget(settings)


async def forget(settings: Settings) -> None:
    """Remove everything that a test left in its namespace."""
    await drop(settings, await existing_topics(settings))
    client = client_of(connect(settings, "ingest"))
    for name in await client.list_database_names():
        if name.startswith(settings.namespace):
            await client.drop_database(name)
    client.close()
    async with connect_elastic(settings) as elastic:
        found = await elastic.indices.get(index=f"{settings.namespace}*")
        for name in found:
            await elastic.indices.delete(index=name)


def free_port() -> int:
    """Return a port of 127.0.0.1 that nothing listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
