"""From the first process of a demonstration to its last: none outlives its block."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from deploy.demo.instance import OUTLETS, Demonstration
from deploy.local.child import Child
from deploy.local.errors import LocalError
from deploy.local.interrupts import undisturbed
from deploy.local.stack import SERVICE_NAMES
from shared.settings import load_settings


@contextmanager
def started(demonstration: Demonstration) -> Iterator[Demonstration]:
    """Start everything, and leave no process behind however the block ends.

    Services may still be getting ready when the block begins.
    """
    load_settings()  # a mistake in the environment is told now, not when the engines are up
    refuse_second(demonstration.root)
    try:
        demonstration.start_engines()
        with at_work(demonstration):
            yield demonstration
    finally:
        demonstration.stop()


@contextmanager
def at_work(demonstration: Demonstration) -> Iterator[Demonstration]:
    """Start outlets and services on engines that run already, and stop them."""
    try:
        demonstration.create_topics()
        demonstration.write_configuration()
        demonstration.start_outlets()
        demonstration.start_services()
        yield demonstration
    finally:
        with undisturbed():
            demonstration.outlets.stop()
            demonstration.report(OUTLETS, "stopped")
            demonstration.stack.stop(SERVICE_NAMES)


def refuse_second(root: Path) -> None:
    """Raise LocalError where an installation runs under *root*: it must not be stopped by ours."""
    if any(Child(path.stem, root).process for path in (root / "run").glob("*.pid")):
        raise LocalError(f"A demonstration is running already under {root}: stop it first.")
