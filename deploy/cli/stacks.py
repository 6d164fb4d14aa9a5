"""`tocsin up`, `down`, `status`, `logs`, `prepare`, `test-stack`: engines and services alone."""

from __future__ import annotations

import asyncio
import os
import time
from datetime import UTC, datetime
from typing import Annotated

import typer
from rich.table import Table

from deploy.cli.setup import set_up
from deploy.cli.terminal import console
from deploy.demo.board import Board
from deploy.local.engines import ENGINES, optional_engines
from deploy.local.errors import LocalError
from deploy.local.paths import STATE
from deploy.local.ports import HOST, fixed_ports, free_ports
from deploy.local.stack import SERVICE_NAMES, Stack
from deploy.migrate.step import migrate
from deploy.migrate.step import plan as plan_steps
from deploy.migrate.steps import STEPS
from shared.admin import prepare as create_topics
from shared.errors import TransientError
from shared.settings import PREFIX, Settings, load_settings

UP = STATE / "up"
DEMO = STATE / "demo"
TEST = STATE / "test"
PREPARE_SECONDS = 120.0
RETRY_SECONDS = 2.0

test_stack = typer.Typer(no_args_is_help=True, help="Engines that tests use and leave running.")


def up() -> None:
    """Start the engines and the services in the background."""
    with Board(console) as board:
        set_up(board.report)
        stack = Stack(UP, fixed_ports(), leash=False, report=board.report)
        try:
            stack.start_engines((*stack.engine_names, *optional_engines()))
            asyncio.run(create_topics(settings_of(stack)))
            stack.start_services()
        except BaseException:
            stack.stop_ours()
            raise
    console.print(f"Portal: http://{HOST}:{stack.instance.ports['portal']}")
    console.print("Stop with: make down")


def down() -> None:
    """Stop what `up` started, and what is left of a demonstration; data stay."""
    with Board(console) as board:
        for root in (UP, DEMO):
            if (root / "stack.json").exists():
                stack = Stack.attach(root, board.report)
                stack.stop()


def status() -> None:
    """Show what runs."""
    table = Table("where", "name", "state", "pid", "port", "since", "memory")
    for root in (UP, DEMO, TEST):
        if (root / "stack.json").exists():
            _add_rows(table, Stack.attach(root))
    console.print(table if table.row_count else "Nothing runs. Start with: make up")


def logs(
    name: Annotated[str, typer.Argument(help="An engine or service; all if left out.")] = "",
) -> None:
    """Follow the logs of the instance that runs."""
    folder = running().root / "logs"
    files = sorted(folder.glob(f"{name or '*'}.log"))
    if not files:
        there = ", ".join(sorted(file.stem for file in folder.glob("*.log")))
        raise LocalError(f"There is no log of {name}; there are {there}.")
    os.execvp("tail", ["tail", "-n", "20", "-F", *map(str, files)])  # noqa: S606


def prepare() -> None:
    """Create users, topics, access rules and indices; may be repeated."""
    asyncio.run(_prepare(load_settings()))
    console.print("Users, topics, access rules and indices are there.")


def migrate_(
    plan: Annotated[
        bool, typer.Option("--plan", help="Say what would be done, do nothing.")
    ] = False,
) -> None:
    """Bring the engines to what this version needs, as every start does."""
    if not plan:
        prepare()
        return
    phrases = asyncio.run(plan_steps(load_settings(), STEPS))
    for phrase in phrases:
        console.print(phrase)
    console.print(f"{len(phrases)} things to do." if phrases else "Nothing to do.")


@test_stack.command("up")
def test_stack_up() -> None:
    """Start engines on free ports for many test runs."""
    if Stack.attach_running(TEST) is None:
        with Board(console) as board:
            stack = Stack(TEST, free_ports(), env="test", leash=False, report=board.report)
            stack.start_engines()
    console.print("Tests use these engines until: tocsin test-stack down")


@test_stack.command("down")
def test_stack_down() -> None:
    """Stop them and delete their data."""
    Stack.attach(TEST).remove()


def running() -> Stack:
    """Return the instance that runs: that of `up`, else the demonstration's."""
    for root in (UP, DEMO):
        if stack := Stack.attach_running(root):
            return stack
    raise LocalError("Nothing runs. Start with: make up")


def settings_of(stack: Stack) -> Settings:
    """Return the administrator's settings of a local instance."""
    found = stack.environment("admin").items()
    values: dict[str, object] = {name.removeprefix(PREFIX).lower(): text for name, text in found}
    return load_settings(**values)


def use_running() -> None:
    """Where no broker is set, let the operators' commands act on the local instance."""
    if not any(name.startswith(f"{PREFIX}KAFKA_") for name in os.environ):
        for root in (UP, DEMO):
            if stack := Stack.attach_running(root):
                os.environ.update(stack.environment("admin"))
                return


async def _prepare(settings: Settings) -> None:
    deadline = time.monotonic() + PREPARE_SECONDS
    while True:
        try:
            await migrate(settings, STEPS, console.print)
        except TransientError as error:
            if time.monotonic() > deadline:
                raise
            console.print(f"waiting: {error}")
            await asyncio.sleep(RETRY_SECONDS)
        else:
            return


def _add_rows(table: Table, stack: Stack) -> None:
    for name in (*ENGINES, *SERVICE_NAMES):
        process = stack.child(name).process
        where, port = stack.root.name, str(stack.instance.ports.get(name, ""))
        if process is None:
            if stack.child(name).pid_file.exists():
                table.add_row(where, name, "[red]ended[/]", "", port, "", "")
            continue
        since = datetime.fromtimestamp(process.create_time(), UTC).astimezone()
        family = [process, *process.children(recursive=True)]
        memory = f"{sum(one.memory_info().rss for one in family) >> 20} MB"
        state = "[green]healthy[/]" if stack.healthy(name) else "[yellow]waiting[/]"
        table.add_row(where, name, state, str(process.pid), port, f"{since:%H:%M:%S}", memory)
