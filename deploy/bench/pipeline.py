"""The whole pipeline on the real engines, on the same pages as the floor."""

import json
import shutil
import sys
import time
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from deploy.bench.pages import Kind
from deploy.bench.usage import Usage, read_usage, total
from deploy.demo.instance import Demonstration, Input
from deploy.demo.lifetime import refuse_second
from deploy.demo.registry import write_registry
from deploy.local.engine import Launch
from deploy.local.environment import process_environment
from deploy.local.errors import LocalError
from deploy.local.paths import REPOSITORY, STATE
from deploy.local.ports import HOST, free_ports

ROOT = STATE / "bench"
PATIENCE_SECONDS = 900.0
PAUSE_SECONDS = 0.25
Report = Callable[[str], None]


class BenchError(LocalError):
    """The pipeline did not get through; the message says how far it came."""


@dataclass(frozen=True, slots=True)
class Measured:
    """What the measured part took, from its first request until its last item was searchable."""

    pages: int
    items: int
    seconds: float
    before: Usage
    after: Usage

    @property
    def per_second(self) -> float:
        """Pages a second."""
        return self.pages / self.seconds

    def cpu_ms(self) -> dict[str, float]:
        """Milliseconds of processor time a page, by process."""
        return {
            name: round(1000 * (after - self.before.cpu_seconds[name]) / self.pages, 2)
            for name, after in self.after.cpu_seconds.items()
        }

    def calls(self) -> dict[str, float]:
        """Count the calls to each engine a page."""
        return {
            engine: round((after - self.before.calls.get(engine, 0.0)) / self.pages, 2)
            for engine, after in self.after.calls.items()
        }


def measure_pipeline(kind: Kind, warm: int, count: int, report: Report) -> Measured:
    """Start an installation on empty folders, warm it up, measure *count* pages, stop it."""
    installation = Demonstration(
        Input(), root=ROOT, ports=_ports(), report=lambda name, state: report(f"{name} {state}")
    )
    refuse_second(installation.root)
    try:
        _start(installation, kind, warm, count)
        report(f"warming up with {warm} {kind}")
        _wait(installation, warm)
        before = read_usage(installation.stack)
        items_before = _published(installation)
        _control(installation, "open", post=True)
        report(f"measuring {count} {kind}")
        ended = _wait(installation, warm + count)
        began = float(_control(installation, "counts")["first_at"])
        items = int(_published(installation) - items_before)
        return Measured(count, items, ended - began, before, read_usage(installation.stack))
    finally:
        installation.stop()


def _ports() -> dict[str, int]:
    """Choose free ports: a benchmark may run beside an installation."""
    more = free_ports()
    return {**free_ports(), "demo": more["portal"], "demo_control": more["lag"]}


def _start(installation: Demonstration, kind: Kind, warm: int, count: int) -> None:
    shutil.rmtree(installation.root, ignore_errors=True)
    installation.stack.start_engines()
    installation.create_topics()
    config = installation.root / "config"
    for folder in ("desks", "rules"):
        shutil.copytree(REPOSITORY / "deploy/config" / folder, config / folder)
    write_registry(config / "outlets", installation.ports["demo"], 1)
    command = [
        *(sys.executable, "-m", "deploy.bench.newsstand", f"--kind={kind}"),
        *(f"--port={installation.ports['demo']}", f"--warm={warm}", f"--measured={count}"),
        f"--control-port={installation.ports['demo_control']}",
    ]
    installation.outlets.start(Launch(command, process_environment({})), leash=True)
    _until(lambda: _listening(installation), "the pages are not served")
    installation.start_services()
    installation.await_services()


def _wait(installation: Demonstration, pages: int) -> float:
    """Wait until *pages* are read and everything published is searchable; return when that was."""

    def through() -> bool:
        done = total(installation.stack, "ingest", "tocsin_ingest_pages_total")
        indexed = total(
            installation.stack, "indexer", "tocsin_records_total", 'topic="media.analyses.v1"'
        )
        return done >= pages and indexed >= _published(installation)

    _until(through, f"{pages} pages did not get through")
    return time.time()


def _published(installation: Demonstration) -> float:
    return total(installation.stack, "ingest", "tocsin_published_total", 'topic="media.items.v1"')


def _listening(installation: Demonstration) -> bool:
    try:
        return bool(_control(installation, "counts"))
    except OSError:
        return False


def _control(installation: Demonstration, what: str, post: bool = False) -> dict[str, Any]:
    address = f"http://{HOST}:{installation.ports['demo_control']}/{what}"
    request = urllib.request.Request(address, method="POST" if post else "GET")
    with urllib.request.urlopen(request, timeout=10) as answer:  # noqa: S310 - our own address
        found: dict[str, Any] = json.load(answer)
        return found


def _until(condition: Callable[[], bool], complaint: str) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not condition():
        if time.monotonic() > deadline:
            raise BenchError(complaint)
        time.sleep(PAUSE_SECONDS)
