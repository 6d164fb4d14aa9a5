"""One running instance: engines and services with their data, logs and pids in one folder.

The folder says everything, so that `down`, `status` and the tests can take hold of an
instance that another command started.
"""

from __future__ import annotations

import json
import shutil
import signal
import sys
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Self

from deploy.local.child import Child
from deploy.local.engine import Instance, Launch
from deploy.local.engines import ENGINES, required_engines
from deploy.local.environment import (
    principal_environment,
    process_environment,
    service_environment,
)
from deploy.local.errors import StartError
from deploy.local.interrupts import undisturbed
from deploy.local.ports import HOST, check_free
from deploy.local.services import SERVICES, answers, service

HEALTH_SECONDS = 300.0  # Elasticsearch alone needs minutes on a busy disk
POLL_SECONDS = 0.25
SERVICE_NAMES = tuple(entry.name for entry in SERVICES)
Report = Callable[[str, str], None]


def silent(_name: str, _state: str) -> None:
    """Report nothing."""


class Stack:
    """Engines and services under *root*, started and stopped by name."""

    def __init__(
        self,
        root: Path,
        ports: Mapping[str, int],
        *,
        env: str = "development",
        leash: bool = True,
        report: Report = silent,
    ) -> None:
        self.instance = Instance(root.resolve(), dict(ports))
        self.env = env
        self._leash = leash
        self._report = report
        self._children: dict[str, Child] = {}

    @classmethod
    def attach(cls, root: Path, report: Report = silent) -> Self:
        """Take hold of the instance that runs, or last ran, under *root*."""
        try:
            state = json.loads((root / "stack.json").read_text(encoding="utf-8"))
        except OSError as error:
            raise StartError(f"Nothing was started under {root} yet.") from error
        return cls(root, state["ports"], env=state["env"], leash=False, report=report)

    @classmethod
    def attach_running(cls, root: Path) -> Self | None:
        """Return the instance under *root* if its engines run, else None."""
        try:
            stack = cls.attach(root)
        except StartError:
            return None
        running = all(stack.child(name).process for name in stack.engine_names)
        return stack if running else None

    @property
    def root(self) -> Path:
        """Return the folder of the instance."""
        return self.instance.root

    def child(self, name: str) -> Child:
        """Return the process of an engine or service."""
        return self._children.setdefault(name, Child(name, self.root))

    @property
    def engine_names(self) -> tuple[str, ...]:
        """Return the engines that the services need and that are ours to run."""
        return required_engines()

    def environment(self, name: str) -> dict[str, str]:
        """Return the TOCSIN_ variables of a service, or of a principal such as admin."""
        if name in SERVICE_NAMES:
            return service_environment(self.instance, service(name), self.env)
        return principal_environment(self.instance, name, self.env)

    def start_engines(self, names: Iterable[str] | None = None) -> None:
        """Start the engines that do not run yet, side by side, and wait until all serve."""
        wanted = self.engine_names if names is None else tuple(names)
        missing = [name for name in wanted if self.child(name).process is None]
        for name in missing:
            check_free(self.instance.ports, ENGINES[name].port_names)
        self._remember()
        with ThreadPoolExecutor(len(ENGINES)) as pool:
            launches = list(pool.map(self._prepare, missing))
            for name, launch in zip(missing, launches, strict=True):
                self._launch(name, launch)
            list(pool.map(self._await, wanted))

    def start_service(self, name: str, extra: Mapping[str, str] | None = None) -> None:
        """Start one service; *extra* variables change its settings."""
        own = self.environment(name) | dict(extra or {})
        check_free(self.instance.ports, [name])
        self._launch(name, Launch([sys.executable, "-m", service(name).module], own))

    def start_services(self, names: Sequence[str] | None = None) -> None:
        """Start the services that do not run yet and wait until each answers."""
        wanted = SERVICE_NAMES if names is None else tuple(names)
        for name in wanted:
            if self.child(name).process is None:
                self.start_service(name)
        with ThreadPoolExecutor(len(SERVICE_NAMES)) as pool:
            list(pool.map(self.await_service, wanted))

    def await_service(self, name: str) -> None:
        """Wait until the service is ready to work; StartError names its log."""
        self._await(name)

    def healthy(self, name: str) -> bool:
        """Return whether an engine or service serves requests now."""
        if name in ENGINES:
            return ENGINES[name].healthy(self.instance)
        return answers(f"http://{HOST}:{self.instance.ports[name]}/readyz")

    def kill(self, name: str, number: signal.Signals = signal.SIGKILL) -> None:
        """Send a signal to an engine or service; after SIGKILL it is gone."""
        self.child(name).signal(number)

    def stop(self, names: Iterable[str] | None = None) -> None:
        """Stop what runs: services before the engines that they use."""
        wanted = (*SERVICE_NAMES, *ENGINES) if names is None else tuple(names)
        services = [name for name in wanted if name in SERVICE_NAMES]
        engines = [name for name in wanted if name not in SERVICE_NAMES]
        with undisturbed():
            for group in (services, engines):
                if group:
                    with ThreadPoolExecutor(len(group)) as pool:
                        list(pool.map(self._stop, group))

    def stop_ours(self) -> None:
        """Stop what this object started, and leave alone what ran before."""
        self.stop([name for name, child in self._children.items() if child.ours])

    def remove(self) -> None:
        """Stop everything and delete the instance's folder."""
        self.stop()
        shutil.rmtree(self.root, ignore_errors=True)

    def _remember(self) -> None:
        self.root.mkdir(parents=True, exist_ok=True)
        state = json.dumps({"env": self.env, "ports": dict(self.instance.ports)}, indent=2)
        (self.root / "stack.json").write_text(state + "\n", encoding="utf-8")

    def _prepare(self, name: str) -> Launch:
        self._report(name, "preparing")
        return ENGINES[name].prepare(self.instance)

    def _launch(self, name: str, launch: Launch) -> None:
        self._report(name, "starting")
        environment = process_environment(launch.environment)
        self.child(name).start(replace(launch, environment=environment), leash=self._leash)

    def _await(self, name: str) -> None:
        deadline = time.monotonic() + HEALTH_SECONDS
        while not self.healthy(name):
            if self.child(name).process is None:
                raise StartError(f"{name} ended while starting: see {self.child(name).log_file}.")
            if time.monotonic() > deadline:
                raise StartError(
                    f"{name} did not become ready in {HEALTH_SECONDS:.0f} s:"
                    f" see {self.child(name).log_file}."
                )
            time.sleep(POLL_SECONDS)
        self._report(name, "ready")

    def _stop(self, name: str) -> None:
        if self.child(name).process is not None:
            self._report(name, "stopping")
            self.child(name).stop()
            self._report(name, "stopped")
