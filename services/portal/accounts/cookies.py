"""The cookie that holds a session's token; scripts cannot read it."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response

from shared.settings import Settings


def cookie_name(settings: Settings) -> str:
    """Return the name; the prefix makes browsers insist on https, this host and every path."""
    return "__Host-tocsin" if settings.portal_https else "tocsin"


def session_token(request: Request, settings: Settings) -> str:
    """Return the token that the browser sent, or nothing."""
    return request.cookies.get(cookie_name(settings), "")


def set_session(response: Response, token: str, settings: Settings) -> None:
    """Give the browser its token until it is closed or the session ends."""
    response.set_cookie(
        cookie_name(settings),
        token,
        max_age=int(settings.portal_session_hours * 3600),
        path="/",
        secure=settings.portal_https,
        httponly=True,
        samesite="lax",
    )


def clear_session(response: Response, settings: Settings) -> None:
    """Take the token from the browser."""
    response.delete_cookie(
        cookie_name(settings),
        path="/",
        secure=settings.portal_https,
        httponly=True,
        samesite="lax",
    )
