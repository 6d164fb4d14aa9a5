"""The installation that `make check-compose` has booted, as an administrator finds it."""

import os
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from deploy.check.clone import NAME
from deploy.check.inside import await_healthy
from deploy.check.operator import name_containers, operator_settings
from deploy.check.outlets import recorded_outlets
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
    subprocess.run(["docker", "cp", f"tocsin_proxy_1:{root}", path], check=True)
    return path


@pytest.fixture(scope="session")
def booted(authority: Path) -> Iterator[Booted]:
    os.environ["SSL_CERT_FILE"] = str(authority)
    name_containers()
    with recorded_outlets("--sample", "--articles=60") as control:
        yield Booted(operator_settings(), control)
