"""`tocsin audit`: whether the portal's audit log is as it was written."""

from __future__ import annotations

import asyncio
from typing import Annotated

import typer

from deploy.cli.terminal import console
from services.portal.audit.commands import verify_audit
from shared.errors import ConfigurationError
from shared.settings import load_settings

audit = typer.Typer(no_args_is_help=True, help="The portal's audit log.")


@audit.callback()
def group() -> None:
    """Keep `verify` a command of its own, as others may join it."""


@audit.command()
def verify(
    known: Annotated[
        str | None, typer.Option(help="An entry that was written down: its number:hash.")
    ] = None,
) -> None:
    """Check the whole chain; exit with 1 where it does not hold."""
    found = asyncio.run(verify_audit(load_settings(), _known(known)))
    if found.problem:
        console.print(found.problem, markup=False)
        raise typer.Exit(1)
    console.print(f"{found.entries} entries hold; the last is {found.entries}:{found.head}")


def _known(text: str | None) -> tuple[int, str] | None:
    if text is None:
        return None
    number, _, digest = text.partition(":")
    if not number.isdecimal() or not digest:
        raise ConfigurationError(f"{text!r} is not number:hash, as `audit verify` prints it.")
    return int(number), digest
