"""`python -m deploy.bench`: the floor and the pipeline in one run, and how much of it is reached.

Absolute figures depend on the machine; what is asserted is the ratio of the two, taken in the
same run on the same machine.
"""

from datetime import UTC, datetime
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

from deploy.bench.floor import Floor, measure_floor
from deploy.bench.pages import ARCHIVE, Kind
from deploy.bench.pipeline import Measured, measure_pipeline
from deploy.cli.terminal import run
from deploy.results import write_results
from shared.settings import load_settings

KINDS: tuple[Kind, ...] = ("pages", "texts")
REQUIRED_RATIO = 0.5
console = Console()


def figures_of(kind: Kind, floor: Floor, measured: Measured) -> dict[str, Any]:
    """Return the figures of one kind of input, units in the keys."""
    cpu = measured.cpu_ms()
    return {
        f"{kind}_count": measured.pages,
        f"{kind}_published": measured.items,
        f"{kind}_per_second": round(measured.per_second, 2),
        f"{kind}_floor_per_second": round(floor.per_second, 2),
        f"{kind}_ratio": round(measured.per_second / floor.per_second, 3),
        f"{kind}_floor_cpu_ms": round(floor.cpu_ms, 2),
        f"{kind}_cpu_ms": cpu,
        f"{kind}_overhead_cpu_ms": round(sum(cpu.values()) - floor.cpu_ms, 2),
        f"{kind}_engine_calls": measured.calls(),
    }


def table_of(kind: Kind, figures: dict[str, Any]) -> Table:
    """Lay the figures out for people."""
    table = Table(title=f"{kind}: {figures[f'{kind}_count']} through the whole pipeline")
    table.add_column("figure")
    table.add_column("value", justify="right")
    for name, value in figures.items():
        shown = (
            ", ".join(f"{k} {v}" for k, v in value.items()) if isinstance(value, dict) else value
        )
        table.add_row(name, str(shown))
    return table


def main(
    pages: Annotated[int, typer.Option(help="Measured pages.")] = 1800,
    texts: Annotated[int, typer.Option(help="Measured texts; 0 leaves them out.")] = 1800,
    warm: Annotated[int, typer.Option(help="Pages before the measured ones.")] = 1200,
) -> None:
    """Measure, print, write .tocsin/results/bench.json; fail below half of the floor for pages."""
    started_at = datetime.now(UTC)
    load_settings()  # a mistake in the environment is told before the floor was measured
    if not ARCHIVE.is_file():
        console.print("No real pages at hand: corpus texts stand in for them.")
    figures: dict[str, Any] = {}
    for kind, count in zip(KINDS, (pages, texts), strict=True):
        if not count:
            continue
        console.print(f"floor of {kind} ...")
        floor = measure_floor(kind, min(warm, 100), count)
        measured = measure_pipeline(kind, warm, count, console.print)
        found = figures_of(kind, floor, measured)
        console.print(table_of(kind, found))
        figures |= found | {"memory_mb": dict(measured.after.memory_mb)}
    console.print(f"written: {write_results('bench', started_at, figures)}")
    ratio = figures.get("pages_ratio")
    if ratio is not None and ratio < REQUIRED_RATIO:
        console.print(f"[red]pages_ratio {ratio} is below {REQUIRED_RATIO}[/]")
        raise typer.Exit(1)


if __name__ == "__main__":
    run(lambda: typer.run(main))
