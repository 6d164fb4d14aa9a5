"""Everything a request may use, put together once and found on the application."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

from fastapi import Depends, Request

from services.portal.accounts.keys import KeyStore
from services.portal.accounts.model import Principal
from services.portal.accounts.passwords import PasswordCheck
from services.portal.accounts.sessions import SessionStore
from services.portal.accounts.store import AccountStore
from services.portal.accounts.throttle import LoginThrottle
from services.portal.audit.log import AuditLog
from services.portal.desk.archive import Archive
from services.portal.desk.desk import Desk
from services.portal.engine import SearchEngine
from services.portal.indexer.handler import Stores
from services.portal.pages.i18n import Language
from services.portal.pages.vocabulary import Vocabulary
from services.portal.problems import FORBIDDEN, UNAUTHENTICATED
from services.portal.search.saved import SavedSearches
from services.portal.signals.desk import ReviewDesk
from shared.health import Health
from shared.settings import Settings


@dataclass(frozen=True, slots=True)
class Portal:
    """The stores, the engines and the clock of one portal."""

    settings: Settings
    clock: Callable[[], datetime]
    health: Health
    accounts: AccountStore
    sessions: SessionStore
    throttle: LoginThrottle
    check_password: PasswordCheck
    stores: Stores
    engine: SearchEngine
    public_engine: SearchEngine
    desk: ReviewDesk
    weekly: Desk
    archive: Archive
    vocabulary: Vocabulary
    saved: SavedSearches
    audit: AuditLog
    keys: KeyStore
    languages: Mapping[str, Language]


def portal(request: Request) -> Portal:
    """Return the portal that this application serves."""
    found: Portal = request.app.state.portal
    return found


PortalDep = Annotated[Portal, Depends(portal)]


class Requires:
    """A dependency that gives the principal, if it holds one of *roles*."""

    def __init__(self, roles: frozenset[str]) -> None:
        self.roles = roles

    def __call__(self, request: Request) -> Principal:
        """Return who asks; raise where that person may not."""
        principal: Principal = request.state.principal
        if not principal.signed_in:
            raise UNAUTHENTICATED
        if not principal.roles & self.roles:
            raise FORBIDDEN
        return principal
