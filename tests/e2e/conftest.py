"""A whole installation for a test: services and recorded outlets on the session's engines."""

import asyncio
import secrets
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from deploy.demo.instance import Demonstration, Input
from deploy.demo.lifetime import at_work
from deploy.demo.ports import demo_ports
from deploy.demo.release import Person
from deploy.demo.run import Outcome, run
from deploy.local.engines import ENGINES
from deploy.local.ports import free_ports
from deploy.local.stack import SERVICE_NAMES, Stack
from tests.engines import forget, free_port

Install = Callable[[Input], AbstractContextManager[Demonstration]]
InstallIdle = Callable[[], AbstractContextManager[Demonstration]]


def create(engines: Stack, root: Path, source: Input) -> Demonstration:
    """Describe an installation with a namespace of its own on engines that others share."""
    names = [name for engine in ENGINES.values() for name in engine.port_names]
    shared = {name: engines.instance.ports[name] for name in names}
    own = {"demo": free_port(), "demo_control": free_port()}
    (root / "secrets").symlink_to(engines.root / "secrets")
    ports = demo_ports(free_ports()) | shared | own
    return Demonstration(source, root, ports, namespace=f"t{secrets.token_hex(4)}-")


@contextmanager
def installed(engines: Stack, root: Path, source: Input) -> Iterator[Demonstration]:
    """Run all services and the recorded outlets of an installation."""
    demonstration = create(engines, root, source)
    try:
        with at_work(demonstration):
            yield demonstration
    finally:
        asyncio.run(forget(demonstration.settings))


@contextmanager
def installed_idle(engines: Stack, root: Path) -> Iterator[Demonstration]:
    """Prepare an installation in which nothing runs but what the test starts."""
    demonstration = create(engines, root, Input())
    try:
        demonstration.create_topics()
        demonstration.write_configuration()
        yield demonstration
    finally:
        demonstration.stack.stop(SERVICE_NAMES)
        asyncio.run(forget(demonstration.settings))


@pytest.fixture
def install(stack: Stack, tmp_path: Path) -> Install:
    """Give what runs an installation that serves a certain input, for as long as a block lasts."""

    def create_one(source: Input) -> AbstractContextManager[Demonstration]:
        return installed(stack, tmp_path, source)

    return create_one


@pytest.fixture
def install_idle(stack: Stack, tmp_path: Path) -> InstallIdle:
    """Give what prepares an installation in which nothing runs yet."""

    def create_one() -> AbstractContextManager[Demonstration]:
        return installed_idle(stack, tmp_path)

    return create_one


@dataclass(frozen=True)
class Finished:
    """An installation through which the input has run, still up."""

    demonstration: Demonstration
    outcome: Outcome
    people: list[Person]
    alert: dict[str, Any]


@pytest.fixture(scope="session")
def finished(stack: Stack, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Finished]:
    """Run the bundled sample and the episode through once, for all tests that only look."""
    source = Input(articles=60, sample=True)
    with installed(stack, tmp_path_factory.mktemp("way"), source) as demonstration:
        outcome, people, alert = asyncio.run(run(demonstration, lambda _: None))
        assert alert is not None
        yield Finished(demonstration, outcome, people, alert)
