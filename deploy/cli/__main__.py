"""The commands of `tocsin`, gathered."""

from __future__ import annotations

from typing import Annotated

import typer

from deploy.cli import checks, consumers, stacks
from deploy.cli.accounts import accounts
from deploy.cli.audit import audit
from deploy.cli.doctor import doctor
from deploy.cli.evidence import evidence
from deploy.cli.outlets import outlets
from deploy.cli.rules import rules
from deploy.cli.selfcheck import selfcheck
from deploy.cli.setup import set_up
from deploy.cli.terminal import become, console, run
from deploy.demo.board import Board

app = typer.Typer(
    name="tocsin",
    help="Early warning of mass atrocities from the news media of countries at risk.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
OPERATORS = frozenset(
    {
        "account",
        "audit",
        "dead-letters",
        "evidence",
        "migrate",
        "outlets",
        "prepare",
        "resume",
        "rules",
        "selfcheck",
    }
)


@app.callback()
def find_instance(context: typer.Context) -> None:
    """Let the operators' commands find a local instance by themselves."""
    if context.invoked_subcommand in OPERATORS:
        stacks.use_running()


@app.command()
def setup() -> None:
    """Fetch what the other commands need; quick when nothing changed."""
    with Board(console) as board:
        set_up(board.report)


app.command()(doctor)
app.command()(stacks.up)
app.command()(stacks.down)
app.command()(stacks.status)
app.command()(stacks.logs)
app.command()(stacks.prepare)
app.command("migrate")(stacks.migrate_)
app.command("test")(checks.run_tests)
app.command()(checks.lint)
app.command()(consumers.resume)
app.command()(selfcheck)
app.add_typer(accounts, name="account")
app.add_typer(evidence, name="evidence")
app.add_typer(outlets, name="outlets")
app.add_typer(audit, name="audit")
app.add_typer(consumers.dead_letters, name="dead-letters")
app.add_typer(rules, name="rules")
app.add_typer(stacks.test_stack, name="test-stack")


@app.command()
def bench() -> None:
    """Measure the pipeline against the same functions without bus and stores."""
    setup()
    become("deploy.bench")


@app.command("bench-alerts")
def bench_alerts() -> None:
    """Measure how soon rises are noticed, beside a z-score and a moving average."""
    setup()
    become("deploy.bench.alerts")


@app.command()
def evaluate() -> None:
    """Measure the analysis on the sets at hand, and write its cards."""
    setup()
    become("deploy.evaluation")


@app.command()
def faults() -> None:
    """Break engines and services on purpose, and compare what came out."""
    setup()
    become("deploy.faults")


@app.command()
def soak() -> None:
    """Run for an hour under steady load and see that nothing grows."""
    setup()
    become("deploy.faults.soak")


@app.command()
def check_compose(
    faults: Annotated[bool, typer.Option(help="Also kill each container in turn.")] = False,
) -> None:
    """Boot docker-compose.yml in real containers and try it."""
    setup()
    become("deploy.check", *(["--faults"] if faults else []))


@app.command()
def demo(
    once: Annotated[bool, typer.Option(help="End when the input is through.")] = False,
) -> None:
    """Show the whole system at work on recorded outlets."""
    setup()
    become("deploy.demo", *(["--once"] if once else []))


if __name__ == "__main__":
    run(lambda: app(prog_name="tocsin"))
