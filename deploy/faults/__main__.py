"""`python -m deploy.faults`: every scenario on an installation of its own, and a verdict each."""

import logging
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from deploy.cli.terminal import run
from deploy.demo.corpus import find_corpus
from deploy.demo.instance import Input
from deploy.faults import dates, engines, overload, records, services, surges
from deploy.faults.play import Result, play
from deploy.faults.shown import table
from deploy.local.paths import REPOSITORY
from deploy.results import write_results

SCENARIOS = {
    **services.SCENARIOS,
    **engines.SCENARIOS,
    **overload.SCENARIOS,
    **records.SCENARIOS,
    **dates.SCENARIOS,
    **surges.SCENARIOS,
}
console = Console()


def main(
    only: Annotated[list[str] | None, typer.Option(help="Scenarios whose names begin so.")] = None,
    articles: Annotated[int, typer.Option(help="At most so many texts of the corpus.")] = 500,
) -> None:
    """Try the faults, print and write what each showed, and fail if one did not pass."""
    started_at = datetime.now(UTC)
    logging.getLogger("aiokafka").setLevel(logging.ERROR)  # it warns at each connection
    corpus = find_corpus(None, REPOSITORY)
    source = Input(articles, corpus, sample=corpus is None)
    results: list[Result] = []
    for name, act in SCENARIOS.items():
        if only and not name.startswith(tuple(only)):
            continue
        result = play(name, act, source)
        results.append(result)
        console.print(_line(result))
    console.print(_table(results), table())
    rows = [
        {key: value for key, value in asdict(one).items() if key != "complaint"}
        | {"passed": one.passed}
        for one in results
    ]
    console.print(f"written: {write_results('faults', started_at, {'scenarios': rows})}")
    raise typer.Exit(0 if results and all(one.passed for one in results) else 1)


def _line(result: Result) -> str:
    verdict = "[green]passed[/]" if result.passed else f"[red]{result.complaint}[/]"
    figures = "".join(f", {what} {value:g}" for what, value in result.figures.items())
    return f"{result.name}: {verdict} ({result.seconds} s{figures})"


def _table(results: list[Result]) -> Table:
    table = Table(title="Faults")
    for column in ("scenario", "passed", "missing", "duplicated", "seconds"):
        table.add_column(column)
    for one in results:
        passed = "yes" if one.passed else "[red]no[/]"
        row = (one.name, passed, str(one.missing), str(one.duplicated), str(one.seconds))
        table.add_row(*row)
    return table


if __name__ == "__main__":
    run(lambda: typer.run(main))
