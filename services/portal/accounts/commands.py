"""What an administrator does at the server's command line; `deploy/cli` calls these.

A password is returned once, to be shown once, and kept only as a hash.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

from services.portal.accounts.model import (
    ALL_COUNTRIES,
    Account,
    PasswordSet,
    Role,
    account_id,
)
from services.portal.accounts.passwords import hash_password, new_password
from services.portal.accounts.sessions import SessionStore
from services.portal.accounts.store import AccountStore
from shared.errors import ConfigurationError
from shared.mongo import Database, client_of, connect
from shared.settings import Settings

NAME = re.compile(r"[a-z0-9][a-z0-9._-]{1,39}")
COUNTRY = re.compile(r"[A-Z]{2}")


async def create_account(
    settings: Settings, name: str, roles: Iterable[str], countries: Iterable[str], created_by: str
) -> str:
    """Create an account and return its password.

    *countries* are ISO codes, or "*" for all; *created_by* is the name of the account that
    asks for it, or of whoever sits at the server. Raises ConfigurationError.
    """
    password = new_password()
    account = Account(
        id=account_id(name),
        name=_checked_name(name),
        password_hash=hash_password(password),
        roles=_checked_roles(roles),
        countries=_checked_countries(countries),
        disabled=False,
        history=(PasswordSet(account_id(created_by), datetime.now(UTC)),),
    )
    with _database(settings) as database:
        if not await AccountStore(database).add(account):
            raise ConfigurationError(f"There is already an account named {name}.")
    return password


async def reset_password(settings: Settings, name: str, reset_by: str) -> str:
    """Give an account a new password, end its sessions, and return the password."""
    password, who = new_password(), account_id(name)
    event = PasswordSet(account_id(reset_by), datetime.now(UTC))
    with _database(settings) as database:
        if not await AccountStore(database).set_password(who, hash_password(password), event):
            raise ConfigurationError(f"There is no account named {name}.")
        await SessionStore(database).close_all(who)
    return password


async def disable_account(settings: Settings, name: str) -> None:
    """Shut an account out at once; what it did stays on record."""
    with _database(settings) as database:
        if not await AccountStore(database).set_disabled(account_id(name), disabled=True):
            raise ConfigurationError(f"There is no account named {name}.")


@contextmanager
def _database(settings: Settings) -> Iterator[Database]:
    database = connect(settings, database="portal")
    try:
        yield database
    finally:
        client_of(database).close()


def _checked_name(name: str) -> str:
    if not NAME.fullmatch(name):
        raise ConfigurationError(
            "An account's name has 2 to 40 small letters, digits, dots, hyphens or underscores."
        )
    return name


def _checked_roles(roles: Iterable[str]) -> frozenset[Role]:
    try:
        checked = frozenset(Role(role) for role in roles)
    except ValueError as error:
        raise ConfigurationError(f"The roles are: {', '.join(Role)}.") from error
    if not checked:
        raise ConfigurationError(f"An account needs a role: {', '.join(Role)}.")
    return checked


def _checked_countries(countries: Iterable[str]) -> frozenset[str]:
    checked = frozenset(countries)
    for country in checked:
        if country != ALL_COUNTRIES and not COUNTRY.fullmatch(country):
            raise ConfigurationError(f'Countries are two-letter codes or "*", not {country!r}.')
    return checked
