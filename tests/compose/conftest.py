"""The installation that `make check-compose` has booted, as an administrator finds it."""

import asyncio
import os
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import pytest

from deploy.check.clone import NAME
from deploy.check.inside import FAULTS, await_healthy
from deploy.check.killer import ContainerKiller
from deploy.check.operator import containers_named, operator_settings
from deploy.check.outlets import recorded_outlets
from deploy.demo.release import Person
from deploy.demo.run import Outcome, run
from deploy.results import write_results
from shared.settings import Settings


@dataclass(frozen=True)
class Booted:
    """The containers, seen from the machine on which they run."""

    settings: Settings
    control: str

    @property
    def portal(self) -> str:
        return f"https://{NAME}"

    def await_services(self) -> None:
        await_healthy()


@pytest.fixture(scope="session")
def faults() -> bool:
    return os.environ.get(FAULTS) == "1"


@pytest.fixture(scope="session")
def booted(faults: bool) -> Iterator[Booted]:
    source = ["--articles=1000"] if faults else ["--sample", "--articles=60"]
    with containers_named(), recorded_outlets(*source) as control:
        yield Booted(operator_settings(), control)


@dataclass(frozen=True)
class Finished:
    """The installation after all items have come through."""

    outcome: Outcome
    people: list[Person]
    alert: dict[str, Any] | None
    killer: ContainerKiller


@pytest.fixture(scope="session")
def finished(booted: Booted, faults: bool) -> Finished:
    killer = ContainerKiller() if faults else ContainerKiller([])
    outcome, people, alert = asyncio.run(run(booted, killer))
    write_results("compose", datetime.now(UTC), outcome.figures)
    return Finished(outcome, people, alert, killer)
