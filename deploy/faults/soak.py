"""`python -m deploy.faults.soak`: an hour of steady load, and whether anything grows meanwhile."""

import sys
import time
from collections import defaultdict
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Annotated

import psutil
import typer
from rich.console import Console
from rich.progress import track
from rich.table import Table

from deploy.bench.usage import total
from deploy.cli.terminal import run
from deploy.demo.instance import Demonstration, Input
from deploy.demo.lifetime import started
from deploy.faults.slope import growth
from deploy.local.paths import STATE
from deploy.local.ports import free_ports
from deploy.local.stack import SERVICE_NAMES
from deploy.results import write_results

ROOT = STATE / "soak"
SAMPLES = 200
WARM_SHARE = 0.25  # of the whole time: caches fill, code is compiled, pools open
MOST_GROWTH = 0.05
LEAST_MINUTES = 10  # in less, caches that still fill look like growth

console = Console()
Series = dict[tuple[str, str], list[float]]


class Soak(Demonstration):
    """The demonstration's installation, with ever new pages for input."""

    per_second: float = 6.0

    def _outlets_command(self) -> list[str]:
        ports = [f"--port={self.ports['demo']}", f"--control-port={self.ports['demo_control']}"]
        rate = f"--per-second={self.per_second}"
        return [sys.executable, "-m", "deploy.faults.trickle", *ports, rate]


def main(
    minutes: Annotated[float, typer.Option(help="How long to sample, after a quarter more.")] = 60,
    per_second: Annotated[float, typer.Option(help="New pages a second.")] = 6.0,
) -> None:
    """Run at a steady rate, sample every process, and fail where something grows."""
    started_at = datetime.now(UTC)
    more = free_ports()
    ports = {**free_ports(), "demo": more["portal"], "demo_control": more["lag"]}
    installation = Soak(Input(), root=ROOT, ports=ports)
    installation.per_second = per_second
    with started(installation):
        installation.await_services()
        console.print(f"warming up for {minutes * WARM_SHARE:.1f} minutes")
        time.sleep(minutes * 60 * WARM_SHARE)
        series = _sample(installation, minutes * 60 / SAMPLES)
        handled = total(installation.stack, "indexer", "tocsin_records_total")
    grown = {f"{name}_{kind}": round(growth(found), 4) for (name, kind), found in series.items()}
    _show(series)
    figures = {"minutes": minutes, "records_indexed": handled, "samples": SAMPLES, **grown}
    console.print(f"written: {write_results('soak', started_at, figures)}")
    grows = max(grown.values()) >= MOST_GROWTH
    if minutes < LEAST_MINUTES:
        console.print(f"Growth is judged from {LEAST_MINUTES} minutes on: this only shows it.")
    if not handled:
        console.print("[red]Nothing was indexed.[/]")
    raise typer.Exit(1 if not handled or (grows and minutes >= LEAST_MINUTES) else 0)


def _sample(installation: Demonstration, pause_seconds: float) -> Series:
    series: Series = defaultdict(list)
    for _ in track(range(SAMPLES), "sampling", console=console):
        time.sleep(pause_seconds)
        for name in SERVICE_NAMES:
            process = installation.stack.child(name).process
            if process is None:
                raise typer.BadParameter(f"{name} ended: see {installation.root}/logs/{name}.log")
            for kind, value in _measure(process).items():
                series[name, kind].append(value)
    return series


def _measure(process: psutil.Process) -> Mapping[str, float]:
    """Measure the service's own process; its parsers are replaced regularly."""
    with process.oneshot():
        return {
            "memory_mb": process.memory_info().rss / 1e6,
            "files": float(process.num_fds()),
            "threads": float(process.num_threads()),
        }


def _show(series: Series) -> None:
    table = Table(title="Growth over the sampled time")
    for column in ("service", "what", "first", "last", "growth"):
        table.add_column(column, justify="right")
    for (name, kind), found in series.items():
        grown = growth(found)
        colour = "red" if grown >= MOST_GROWTH else "green"
        row = (name, kind, f"{found[0]:.0f}", f"{found[-1]:.0f}", f"[{colour}]{grown:+.1%}[/]")
        table.add_row(*row)
    console.print(table)


if __name__ == "__main__":
    run(lambda: typer.run(main))
