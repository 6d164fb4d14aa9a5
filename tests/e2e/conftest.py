"""A whole installation for a test: services and recorded outlets on the session's engines."""

import asyncio
import secrets
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

import pytest

from deploy.demo.instance import Demonstration, Input, at_work, demo_ports
from deploy.local.engines import ENGINES
from deploy.local.ports import free_ports
from deploy.local.stack import Stack
from tests.engines import forget, free_port

Install = Callable[[Input], AbstractContextManager[Demonstration]]


@contextmanager
def installed(engines: Stack, root: Path, source: Input) -> Iterator[Demonstration]:
    """Run services of our own, with a namespace of our own, on engines that others share."""
    names = [name for engine in ENGINES.values() for name in engine.port_names]
    shared = {name: engines.instance.ports[name] for name in names}
    own = {"demo": free_port(), "demo_control": free_port()}
    (root / "secrets").symlink_to(engines.root / "secrets")
    demonstration = Demonstration(
        source,
        root,
        demo_ports(free_ports()) | shared | own,
        namespace=f"t{secrets.token_hex(4)}-",
    )
    try:
        with at_work(demonstration):
            yield demonstration
    finally:
        asyncio.run(forget(demonstration.settings))


@pytest.fixture
def install(stack: Stack, tmp_path: Path) -> Install:
    """Give what runs an installation that serves a certain input, for as long as a block lasts."""

    def run(source: Input) -> AbstractContextManager[Demonstration]:
        return installed(stack, tmp_path, source)

    return run
