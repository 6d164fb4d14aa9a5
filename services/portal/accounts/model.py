"""People and what they may do. A role allows actions; countries limit what is seen.

Separation of duties: an administrator manages accounts and releases nothing; an editor
releases and manages no accounts. Nobody's single key is enough for a release.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID, uuid5

ACCOUNT_NAMESPACE = UUID("3c5bd6a4-0a4e-5f5e-9f0a-6f6f2f7f7f55")
ALL_COUNTRIES = "*"

# Whoever sets another's password could have signed in as that person since.
INDEPENDENCE = timedelta(days=7)


class Role(StrEnum):
    """What a person is here to do."""

    VIEWER = "viewer"
    ANALYST = "analyst"
    DESK_OFFICER = "desk_officer"
    EDITOR = "editor"
    ADMINISTRATOR = "administrator"
    TRAINEE = "trainee"


EVERYONE = frozenset(Role)
# A signal quotes its evidence, restricted items included: so the two are the same people.
SIGNAL_READERS = frozenset({Role.ANALYST, Role.DESK_OFFICER, Role.EDITOR})
RESTRICTED_READERS = SIGNAL_READERS
REVIEWERS = SIGNAL_READERS
DESK_WRITERS = SIGNAL_READERS
RELEASERS = frozenset({Role.EDITOR})
AUDITORS = frozenset({Role.ADMINISTRATOR})


@dataclass(frozen=True, slots=True)
class Principal:
    """Who sends a request; the anonymous one has no role and sees what is public."""

    id: str
    name: str
    roles: frozenset[Role]
    countries: frozenset[str]

    @property
    def signed_in(self) -> bool:
        """Tell whether this is an account with at least one role."""
        return bool(self.roles)

    def holds(self, roles: frozenset[Role]) -> bool:
        """Tell whether the person has one of *roles*."""
        return bool(self.roles & roles)


ANONYMOUS = Principal("", "", frozenset(), frozenset())


@dataclass(frozen=True, slots=True)
class PasswordSet:
    """Somebody set an account's password, and so knew it at that time.

    *by* is an account's id; of a hand without an account, the id that its name would have.
    """

    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Account:
    """An account as stored; `history` has who created and reset it, oldest first."""

    id: str
    name: str
    password_hash: str
    roles: frozenset[Role]
    countries: frozenset[str]
    disabled: bool
    history: tuple[PasswordSet, ...]

    @property
    def principal(self) -> Principal:
        """Return who this account is in a request."""
        return Principal(self.id, self.name, self.roles, self.countries)

    @property
    def set_by_holder(self) -> bool:
        """Tell whether the present password was chosen by the account's holder."""
        return bool(self.history) and self.history[-1].by == self.id


def account_id(name: str) -> str:
    """Return the id of the account called *name*: the same for every spelling of case."""
    return str(uuid5(ACCOUNT_NAMESPACE, name.strip().casefold()))


def independent(one: Account, other: Account, now: datetime) -> bool:
    """Tell whether, within the last seven days, neither set the other's password.

    Nor may one hand have set both present passwords in that time: it could hold both keys.
    """
    if _set_by(one, other.id, now) or _set_by(other, one.id, now):
        return False
    return _last_hand(one, now) is None or _last_hand(one, now) != _last_hand(other, now)


def _set_by(account: Account, actor: str, now: datetime) -> bool:
    return any(event.by == actor and now - event.at < INDEPENDENCE for event in account.history)


def _last_hand(account: Account, now: datetime) -> str | None:
    """Return who set the present password, if that was within the last seven days."""
    last = account.history[-1] if account.history else None
    return last.by if last and now - last.at < INDEPENDENCE else None
