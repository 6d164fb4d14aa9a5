"""`make demo`: real text through the whole system, watched; `--once` ends with a verdict."""

import asyncio
import logging
import sys
import threading
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

from deploy.cli.terminal import run as run_command
from deploy.demo.board import Board
from deploy.demo.corpus import find_corpus
from deploy.demo.instance import Demonstration, Input
from deploy.demo.lifetime import started
from deploy.demo.meter import Reading
from deploy.demo.release import Person, ReleaseError
from deploy.demo.run import Outcome, run
from deploy.local.errors import LocalError
from deploy.local.paths import REPOSITORY
from deploy.results import write_results
from shared.errors import TocsinError
from shared.events import AlertReleased, SignalRevised

INTERRUPTED = 130
NAMED = 20  # more missing pages than this tell a reader nothing new

console = Console()


def main(
    once: Annotated[bool, typer.Option(help="End when the input is through.")] = False,
    articles: Annotated[int, typer.Option(help="At most so many texts of the corpus.")] = 2400,
    corpus: Annotated[Path | None, typer.Option(envvar="TOCSIN_CORPUS")] = None,
    sample: Annotated[bool, typer.Option(help="Use the bundled sample.")] = False,
    seed: Annotated[int, typer.Option(help="Decides places and dates.")] = 1,
) -> None:
    """Feed recorded outlets through ingest, analysis, alerts and portal; release one signal."""
    logging.getLogger("aiokafka").setLevel(logging.ERROR)  # its warnings would tear the board
    try:
        folder = None if sample else find_corpus(corpus, REPOSITORY)
        source = Input(articles, folder, sample=folder is None, seed=seed)
        status = _demonstrate(source, once)
    except (LocalError, TocsinError, ReleaseError, FileNotFoundError) as error:
        console.print(f"[red]{error}[/]")
        status = 1
    except KeyboardInterrupt:
        console.print("Stopped.")
        status = INTERRUPTED if once else 0
    sys.exit(status)


def _demonstrate(source: Input, once: bool) -> int:
    started_at = datetime.now(UTC)
    console.print(f"Texts from {source.corpus or 'the bundled sample'}; the outlets are invented.")
    with Board(console) as board:
        demonstration = Demonstration(source, report=board.report)

        def show(reading: Reading) -> None:
            board.show(asdict(reading), reading.articles)

        with started(demonstration):
            outcome, people, alert = asyncio.run(run(demonstration, show))
            board.close()
            path = write_results("demo", started_at, outcome.figures)
            _tell(demonstration, outcome, people, alert)
            console.print(f"Figures: {path}")
            if not once:
                console.print("Running until Ctrl-C.")
                threading.Event().wait()
    return 0 if outcome.passed and alert is not None else 1


def _tell(
    demonstration: Demonstration,
    outcome: Outcome,
    people: Sequence[Person],
    alert: dict[str, Any] | None,
) -> None:
    _print_signals(outcome.findings.latest.values(), outcome.findings.released)
    if alert is None:
        console.print("[red]No signal was raised, so none could be released.[/]")
    else:
        _print_alerts(outcome.findings.alerts, demonstration.portal)
    figures = Table(title="This run", show_header=False)
    for name, value in outcome.figures.items():
        shown = ", ".join(value) if isinstance(value, list) else str(value)
        figures.add_row(name.replace("_", " "), shown)
    console.print(figures)
    _print_faults(outcome)
    console.print(f"Portal: [bold]{demonstration.portal}[/]  Accounts of this run:")
    for person in people:
        console.print(f"  {person.name:10} {person.role:10} {person.password}")


def _print_signals(signals: Iterable[SignalRevised], released: set[str]) -> None:
    table = Table(title="Possible matches for people to judge")
    for column in ("rule", "day", "group", "indicators", "items", "owners", "severity", "status"):
        table.add_column(column)
    for one in sorted(signals, key=lambda signal: signal.raised_at):
        about = one.situation
        table.add_row(
            one.rule.rule_id,
            f"{about.window_from_at:%m-%d}",
            about.target_group_id or "-",
            " ".join(about.indicators),
            str(one.evidence_count),
            str(one.independent_owners),
            one.severity,
            "[bold]alert[/]" if one.signal_id in released else one.status,
        )
    console.print(table)


def _print_alerts(alerts: Iterable[AlertReleased], portal: str) -> None:
    newest = {alert.signal_id: alert for alert in sorted(alerts, key=lambda one: one.revision)}
    for alert in newest.values():
        table = Table(title="Alert, released by two people", show_header=False)
        about = alert.situation
        table.add_row("id", alert.signal_id)
        table.add_row("country", about.country)
        table.add_row("group", about.target_group_id or "-")
        table.add_row("severity", alert.severity)
        table.add_row("passages", str(alert.evidence_count))
        table.add_row("page", f"{portal}/alerts/{alert.signal_id}")
        console.print(table)


def _print_faults(outcome: Outcome) -> None:
    for url, why in outcome.verdict.excused.items():
        console.print(f"not ingested, with reason: {url}: {why}")
    for url, why in list(outcome.verdict.refused.items())[:NAMED]:
        console.print(f"[red]lost in ingest: {url}: {why}[/]")
    for stop, urls in outcome.verdict.missing.items():
        for url in urls[:NAMED]:
            console.print(f"[red]missing from {stop}: {url}[/]")
    for stop, urls in outcome.verdict.unexpected.items():
        for url in urls[:NAMED]:
            console.print(f"[red]not served, yet in {stop}: {url}[/]")
    for fault in outcome.faults:
        console.print(f"[red]{fault}[/]")
    if outcome.passed:
        console.print("[green]Nothing was lost: every set of items is equal.[/]")


if __name__ == "__main__":
    run_command(lambda: typer.run(main))
