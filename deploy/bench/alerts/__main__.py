"""`python -m deploy.bench.alerts`: six families with fresh seeds, three detectors side by side."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from concurrent.futures import ProcessPoolExecutor
from datetime import UTC, datetime
from math import isfinite
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

from deploy.bench.alerts.corpus import Flags, read_flags
from deploy.bench.alerts.detectors import DETECTORS
from deploy.bench.alerts.families import SLOW, families
from deploy.bench.alerts.trial import Result, Size, compare, try_family
from deploy.cli.terminal import run
from deploy.demo.corpus import find_corpus
from deploy.local.paths import REPOSITORY
from deploy.results import write_results

SEED_BITS = 32
WEEKS_OF_A_CLIMB = 3
REQUIRED_BETTER = 4
console = Console()


def try_one(name: str, seed: int, flags: Flags, years: int, rises: int) -> dict[str, Result]:
    """Try one family, in a process of its own."""
    days = 7 * (WEEKS_OF_A_CLIMB if name in SLOW else 1)
    return try_family(families(flags)[name], seed, Size(years, rises, days))


def figures_of(results: Mapping[str, Result]) -> dict[str, Any]:
    """Return what is written of one family; a median beyond the time to find is none."""
    return {
        name: {
            "recall": round(one.recall, 3),
            "median_delay_hours": one.median_delay_hours
            if isfinite(one.median_delay_hours)
            else None,
            "false_alarms_a_series_a_year": round(one.false_alarms_a_year, 2),
        }
        for name, one in results.items()
    }


def table_of(found: Mapping[str, Mapping[str, Any]], verdicts: Mapping[str, str]) -> Table:
    """Lay out recall and delay for people."""
    table = Table(title="Recall / median delay in hours, at one false alarm a series a year")
    table.add_column("family")
    for name in DETECTORS:
        table.add_column(name, justify="right")
    table.add_column("tocsin is")
    for family, figures in found.items():
        cells = [f"{o['recall']:.2f} / {o['median_delay_hours'] or '-'}" for o in figures.values()]
        table.add_row(family, *cells, verdicts[family])
    return table


def verdict_of(results: Mapping[str, Result]) -> str:
    """Say how Tocsin did beside both: worse than either, better than both, or neither."""
    signs = compare(results).values()
    if min(signs) < 0:
        return "worse"
    return "better" if min(signs) > 0 else "as good"


def main(
    years: Annotated[int, typer.Option(help="Quiet series-years that set the level.")] = 20,
    rises: Annotated[int, typer.Option(help="Rises to find in each family.")] = 150,
    seed: Annotated[int | None, typer.Option(help="Repeat a run; fresh when left out.")] = None,
) -> None:
    """Measure, print, write .tocsin/results/bench-alerts.json; fail unless Tocsin holds its own."""
    started_at = datetime.now(UTC)
    seed = secrets.randbits(SEED_BITS) if seed is None else seed
    flags = read_flags(find_corpus(None, REPOSITORY))
    names = list(families(flags))
    console.print(f"seed {seed}; texts of {flags.source}; {len(names)} families, two minutes or so")
    found: dict[str, dict[str, Any]] = {}
    verdicts: dict[str, str] = {}
    with ProcessPoolExecutor() as pool:
        trials = {
            name: pool.submit(try_one, name, seed + number, flags, years, rises)
            for number, name in enumerate(names)
        }
        for name, trial in trials.items():
            results = trial.result()
            found[name], verdicts[name] = figures_of(results), verdict_of(results)
            console.print(f"{len(found)} of {len(names)}  {name}: {verdicts[name]}")
    console.print(table_of(found, verdicts))
    better = sum(one == "better" for one in verdicts.values())
    worse = sum(one == "worse" for one in verdicts.values())
    figures = {
        "seed": seed,
        "texts": flags.source,
        "families": found,
        "families_better": better,
        "families_worse": worse,
    }
    console.print(f"written: {write_results('bench-alerts', started_at, figures)}")
    if worse or better < REQUIRED_BETTER:
        console.print(f"[red]better on {better} families, worse on {worse}[/]")
        raise typer.Exit(1)


if __name__ == "__main__":
    run(lambda: typer.run(main))
