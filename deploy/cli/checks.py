"""`tocsin test` and `lint`: everything that a change must pass, in the order of its price."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Sequence
from typing import Annotated

import typer

from deploy.cli.setup import set_up
from deploy.cli.terminal import become, console
from deploy.demo.board import Board
from deploy.local.paths import REPOSITORY

LINTS: Sequence[tuple[str, Sequence[str]]] = (
    ("ruff check", ("ruff", "check", "--quiet")),
    ("ruff format", ("ruff", "format", "--check", "--quiet")),
    ("mypy --strict", ("mypy", "--strict", "deploy", "services", "shared", "tests")),
)


def run_tests(
    paths: Annotated[list[str] | None, typer.Argument(help="Tests; all tiers if left out.")] = None,
) -> None:
    """Set up, lint, and run every tier; the last line is the runner's summary."""
    with Board(console) as board:
        set_up(board.report, for_tests=True)
    lint()
    tiers = paths or [f"tests/{tier}" for tier in ("unit", "contract", "integration", "e2e")]
    become("pytest", *tiers)


def lint() -> None:
    """Check style and types."""
    for name, command in LINTS:
        began = time.monotonic()
        status = subprocess.call([sys.executable, "-m", *command], cwd=REPOSITORY)
        console.print(
            f"{name:>14}  {'failed' if status else 'passed'}  {time.monotonic() - began:.1f} s"
        )
        if status:
            raise typer.Exit(status)
