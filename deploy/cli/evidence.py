"""`tocsin evidence verify`: whether the evidence is what it was when it was captured."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Mapping
from datetime import date
from typing import Annotated

import typer

from deploy.cli.terminal import console
from services.ingest.evidence_commands import check_day, check_every_day, check_item
from services.ingest.verify import Verdict
from shared.errors import ConfigurationError
from shared.settings import load_settings

evidence = typer.Typer(no_args_is_help=True, help="The captures behind the items.")


@evidence.callback()
def main() -> None:
    """Keep `verify` a command of its own, since others will come."""


@evidence.command()
def verify(
    what: Annotated[
        str, typer.Argument(help="A day (2026-11-20), an item's or a capture's id, or `all`.")
    ],
) -> None:
    """Compare captures with the day's manifest and its published root; name what differs."""
    settings = load_settings()
    if what == "all":
        found = asyncio.run(check_every_day(settings))
    elif what[4:5] == "-":
        found = asyncio.run(check_day(settings, _day(what)))
    else:
        found = asyncio.run(check_item(settings, what))
    _show(found)
    if any(verdict.problems for verdict in found.values()):
        sys.exit(1)


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise ConfigurationError(f"{text} is not a day such as 2026-11-20.") from None


def _show(found: Mapping[str, Verdict]) -> None:
    for name, verdict in found.items():
        removed = f", {verdict.removed} removed on a decision" if verdict.removed else ""
        word = "DIFFERS" if verdict.problems else "is whole"
        console.print(f"{name} {word}: {verdict.records} records{removed}. {verdict.note}".strip())
        for problem in verdict.problems:
            console.print(f"  {problem}", markup=False, soft_wrap=True)
    if not found:
        console.print("Nothing was closed yet.")
