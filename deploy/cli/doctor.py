"""`tocsin doctor`: what is missing on this machine, and the command that installs it."""

from __future__ import annotations

import os

import typer
from rich.table import Table

from deploy.cli.requirements import REQUIREMENTS, installing_command, on_debian
from deploy.cli.terminal import console
from deploy.local.install import ENGINES, home, installed


def doctor() -> None:
    """Say what is there, what is missing, and what installs it; exit 1 if anything is."""
    debian, root = on_debian(), os.geteuid() == 0
    table = Table("what", "found", "for", "to install it")
    complete = True
    for entry in REQUIREMENTS:
        found = entry.find()
        command = "" if found else installing_command(entry, debian=debian, root=root)
        complete = complete and found is not None
        table.add_row(entry.name, found or "[red]missing[/]", entry.needed_for, command)
    for name in ENGINES:
        there = installed(name)
        table.add_row(
            name, home(name).name if there else "not yet", "", "" if there else "make setup"
        )
    console.print(table)
    if not complete:
        raise typer.Exit(1)
