"""The demonstration's own installation: engines, services and recorded outlets in one folder.

It begins empty each time, so that what it counts is what this run did. Nothing of it is shared with
an installation started by `make up`, except the engines' programs.
"""

import asyncio
import os
import secrets
import shutil
import sys
import time
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from deploy.demo.ports import check_outlets_free, demo_ports
from deploy.demo.registry import allowed_addresses, write_registry
from deploy.local.child import Child
from deploy.local.engine import Launch
from deploy.local.environment import MONGO_URL, process_environment
from deploy.local.errors import StartError
from deploy.local.install import install, installed
from deploy.local.interrupts import undisturbed
from deploy.local.paths import REPOSITORY, STATE
from deploy.local.ports import HOST, check_free, fixed_ports
from deploy.local.stack import SERVICE_NAMES, Report, Stack, silent
from shared.admin import prepare
from shared.settings import PREFIX, Settings, load_settings

ROOT = STATE / "demo"
POLL_SECONDS = 2
OUTLETS = "outlets"
START_SECONDS = 30.0


@dataclass(frozen=True, slots=True)
class Input:
    """What the recorded outlets serve."""

    articles: int = 2400
    corpus: Path | None = None
    sample: bool = False
    episode: bool = True
    seed: int = 1

    @property
    def options(self) -> list[str]:
        """The same as options of `python -m deploy.demo.outlets`."""
        named = [] if self.corpus is None else ["--corpus", str(self.corpus)]
        return [
            f"--articles={self.articles}",
            f"--seed={self.seed}",
            "--sample" if self.sample else "--no-sample",
            "--episode" if self.episode else "--no-episode",
            *named,
        ]


@dataclass(slots=True)
class Demonstration:
    """One installation under *root*; `stack` starts and stops its engines and services."""

    source: Input
    root: Path = ROOT
    ports: Mapping[str, int] = field(default_factory=lambda: demo_ports(fixed_ports()))
    report: Report = silent
    namespace: str = ""
    stack: Stack = field(init=False)

    def __post_init__(self) -> None:
        self.stack = Stack(self.root, self.ports, env="demonstration", report=self.report)
        if MONGO_URL in os.environ and not self.namespace:
            # A MongoDB that is not ours to empty holds what earlier runs left.
            self.namespace = f"demo{secrets.token_hex(4)}-"

    @property
    def portal(self) -> str:
        """The portal's address."""
        return f"http://{HOST}:{self.ports['portal']}"

    @property
    def control(self) -> str:
        """The address of the recorded outlets' control port."""
        return f"http://{HOST}:{self.ports['demo_control']}"

    @property
    def settings(self) -> Settings:
        """The settings of someone who may see everything here."""
        own = self.stack.environment("admin") | self.extra
        return load_settings(**{name.removeprefix(PREFIX).lower(): v for name, v in own.items()})

    @property
    def extra(self) -> dict[str, str]:
        """What differs from any other installation: the registry and the loopback exception.

        New evidence makes a revision every two seconds, not every minute: the run is short.
        """
        return {
            "TOCSIN_ALERTS_COALESCE_SECONDS": "2",
            "TOCSIN_NAMESPACE": self.namespace,
            "TOCSIN_CONFIG_DIR": str(self.root / "config"),
            "TOCSIN_INGEST_ALLOWED_ADDRESSES": allowed_addresses(self.ports["demo"]),
        }

    def start_engines(self) -> None:
        """Fetch what is missing and start the engines on empty folders."""
        shutil.rmtree(self.root, ignore_errors=True)
        for engine in self.stack.engine_names:
            if not installed(engine):
                self.report(engine, "downloading")
                install(engine)
        self.stack.start_engines()

    def create_topics(self) -> None:
        """Create the topics and who may use them."""
        asyncio.run(prepare(self.settings))

    def write_configuration(self) -> None:
        """Write the invented outlets' registry beside the shipped desks and rules."""
        config = self.root / "config"
        for folder in ("desks", "rules"):
            shutil.copytree(REPOSITORY / "deploy/config" / folder, config / folder)
        write_registry(config / "outlets", self.ports["demo"], POLL_SECONDS)

    def start_outlets(self) -> None:
        """Start the recorded outlets and wait until they answer."""
        check_free(self.ports, ["demo_control"])
        check_outlets_free(self.ports["demo"])
        self.report(OUTLETS, "starting")
        environment = process_environment({"TOCSIN_STATE_DIR": str(self.root)})
        self.outlets.start(Launch(self._outlets_command(), environment), leash=True)
        self._await_outlets()
        self.report(OUTLETS, "ready")

    def start_services(self) -> None:
        """Start every service; `await_services` tells when each can work."""
        for name in SERVICE_NAMES:
            self.start_service(name)

    def await_services(self) -> None:
        """Wait until every service is ready; StartError names the log of one that is not."""
        for name in SERVICE_NAMES:
            self.stack.await_service(name)

    def start_service(self, name: str) -> None:
        """Start one service with what this installation needs."""
        self.stack.start_service(name, self.extra)

    def kill_service(self, name: str) -> None:
        """Kill a service without warning, and start it again."""
        self.stack.kill(name)
        self.start_service(name)

    @property
    def outlets(self) -> Child:
        """The process of the recorded outlets."""
        return self.stack.child(OUTLETS)

    def stop(self) -> None:
        """End every process of this installation."""
        with undisturbed():
            self.outlets.stop()
            self.stack.stop()

    def _outlets_command(self) -> list[str]:
        ports = [f"--port={self.ports['demo']}", f"--control-port={self.ports['demo_control']}"]
        return [sys.executable, "-m", "deploy.demo.outlets", *ports, *self.source.options]

    def _await_outlets(self) -> None:
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline:
            try:
                with urllib.request.urlopen(f"{self.control}/counts", timeout=2):  # noqa: S310
                    return
            except OSError:
                if self.outlets.process is None:
                    break
                time.sleep(0.1)
        raise StartError(f"The recorded outlets did not start: see {self.outlets.log_file}.")
