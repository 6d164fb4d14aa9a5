"""`tocsin account`: who may sign in to the portal."""

from __future__ import annotations

import asyncio
import getpass
import os
from typing import Annotated

import typer

from deploy.cli.terminal import console
from services.portal.accounts.commands import create_account, disable_account, reset_password
from services.portal.accounts.model import ALL_COUNTRIES, Role
from shared.settings import load_settings

accounts = typer.Typer(no_args_is_help=True, help="People who may sign in to the portal.")

Name = Annotated[str, typer.Argument(help="The name to sign in with.")]
By = Annotated[
    str | None,
    typer.Option("--by", help="Your own account; left out, your user name on this machine."),
]


@accounts.command()
def create(
    name: Name,
    role: Annotated[list[Role], typer.Option(help="May be given several times.")],
    country: Annotated[list[str] | None, typer.Option(help="ISO codes; all if left out.")] = None,
    by: By = None,
) -> None:
    """Create an account and show its password once; its holder changes it in the portal."""
    countries = country or [ALL_COUNTRIES]
    password = asyncio.run(
        create_account(load_settings(), name, role, countries, by or host_user())
    )
    console.print(f"{name}: {password}", markup=False)


@accounts.command()
def reset(name: Name, by: By = None) -> None:
    """Give an account a new password, shown once; its sessions end."""
    password = asyncio.run(reset_password(load_settings(), name, by or host_user()))
    console.print(f"{name}: {password}", markup=False)


@accounts.command()
def disable(name: Name) -> None:
    """Shut an account out at once."""
    asyncio.run(disable_account(load_settings(), name))
    console.print(f"{name} can no longer sign in.")


def host_user() -> str:
    """Return who sits at the server; no account's name has a colon."""
    try:
        name = getpass.getuser()
    except (KeyError, OSError):  # a container's user need not have a name
        name = str(os.getuid())
    return f"host:{name}"
