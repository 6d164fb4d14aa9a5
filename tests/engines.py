"""Real engines for tests: one set a session, one namespace a test.

They are started by the same code as `make up`, on free ports. Where a developer keeps
some running (`tocsin test-stack up`), those are used and left running: each test has
its own topics, databases and indices, so that sessions do not meet.
"""

from __future__ import annotations

import contextlib
import secrets
import socket
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from deploy.local.install import install
from deploy.local.paths import STATE
from deploy.local.ports import free_ports
from deploy.local.stack import Stack
from shared.admin import drop, existing_topics
from shared.elastic import connect as connect_elastic
from shared.mongo import client_of, connect
from shared.settings import PREFIX, Settings, load_settings

KEPT = STATE / "test"


def as_principal(settings: Settings, principal: str) -> Settings:
    """Return *settings* as the Kafka principal of one service has them."""
    file = settings.kafka_password_file
    assert file is not None
    return settings.model_copy(
        update={"kafka_username": principal, "kafka_password_file": file.with_name(principal)}
    )


def settings_of(stack: Stack, principal: str, **overrides: object) -> Settings:
    """Return the settings by which *principal* finds the engines of *stack*."""
    found = stack.environment(principal).items()
    values: dict[str, object] = {name.removeprefix(PREFIX).lower(): text for name, text in found}
    return load_settings(**(values | overrides))


@contextlib.contextmanager
def own_stack(root: Path, *names: str) -> Iterator[Stack]:
    """Run engines of one's own, all or the named, for tests that kill them or start services."""
    stack = Stack(root, free_ports(), env="test")
    wanted = names or stack.engine_names
    for name in wanted:
        install(name)
    try:
        stack.start_engines(wanted)
        yield stack
    finally:
        stack.remove()


@pytest.fixture(scope="session")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """Give the engines of this session."""
    kept = Stack.attach_running(KEPT)
    if kept is not None:
        yield kept
        return
    with own_stack(tmp_path_factory.mktemp("stack")) as started:
        yield started


@pytest.fixture
async def settings(stack: Stack, tmp_path: Path) -> AsyncIterator[Settings]:
    """Give an administrator's settings with a namespace of this test's own."""
    settings = settings_of(
        stack,
        "admin",
        namespace=f"t{secrets.token_hex(4)}-",
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
