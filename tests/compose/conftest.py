"""The installation that `make check-compose` has booted, as an administrator finds it."""

import asyncio
import os
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from deploy.check.clone import NAME
from deploy.check.inside import FAULTS, await_healthy
from deploy.check.killer import ContainerKiller
from deploy.check.operator import container, name_containers, operator_settings
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
def authority(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Trust the authority that the proxy has made for itself, as an operator's people would."""
    path = tmp_path_factory.mktemp("proxy") / "root.crt"
    root = "/data/caddy/pki/authorities/local/root.crt"
    subprocess.run(["docker", "cp", f"{container('proxy')['Id']}:{root}", path], check=True)
    return path


@pytest.fixture(scope="session")
def faults() -> bool:
    return os.environ.get(FAULTS) == "1"


@pytest.fixture(scope="session")
def booted(authority: Path, faults: bool) -> Iterator[Booted]:
    os.environ["SSL_CERT_FILE"] = str(authority)
    name_containers()
    source = ["--articles=1200"] if faults else ["--sample", "--articles=60"]
    with recorded_outlets(*source) as control:
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
