"""Signing in and out, as a page and as JSON."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Form, Request, Response
from fastapi.responses import HTMLResponse, JSONResponse, RedirectResponse
from pydantic import BaseModel, ConfigDict, Field

from services.portal.accounts.change import change_password
from services.portal.accounts.cookies import clear_session, set_session
from services.portal.accounts.model import EVERYONE, Principal
from services.portal.accounts.passwords import MAX_LENGTH
from services.portal.accounts.sessions import csrf_token
from services.portal.accounts.signin import sign_in
from services.portal.context import PortalDep, Requires
from services.portal.pages.render import render
from services.portal.problems import ProblemError

router = APIRouter()

HOME = "/"
DIFFERENT = ProblemError(422, "Not changed", "The new password was written in two ways.")
Anyone = Annotated[Principal, Depends(Requires(EVERYONE))]
Name = Annotated[str, Field(max_length=100)]
Password = Annotated[str, Field(max_length=MAX_LENGTH)]


class Credentials(BaseModel):
    """A name and a password."""

    model_config = ConfigDict(extra="forbid")

    name: Name
    password: Password


class NewPassword(BaseModel):
    """One's own password, old and new."""

    model_config = ConfigDict(extra="forbid")

    old: Password
    new: Password


class Session(BaseModel):
    """Who is signed in, and the token that writes must carry in `X-CSRF-Token`."""

    actor_id: str
    name: str
    roles: list[str]
    countries: list[str]
    csrf_token: str


@router.get("/login", response_class=HTMLResponse, include_in_schema=False)
async def login_page(request: Request, next: str = HOME) -> Response:  # noqa: A002 - the URL's word
    """Show the form."""
    return render(request, "login.html", {"next": _own(next)})


@router.post("/login", response_class=HTMLResponse, include_in_schema=False)
async def login(
    request: Request,
    portal: PortalDep,
    name: Annotated[Name, Form()] = "",
    password: Annotated[Password, Form()] = "",
    next: Annotated[str, Form()] = HOME,  # noqa: A002 - the URL's word
) -> Response:
    """Sign in and go on to the page that was wanted."""
    try:
        _, token = await sign_in(portal, name, password, _address(request))
    except ProblemError as problem:
        context = {"next": _own(next), "name": name, "problem": problem}
        return render(request, "login.html", context, problem.status, problem.headers)
    response = RedirectResponse(_own(next), 303)
    set_session(response, token, portal.settings)
    return response


@router.post("/logout", include_in_schema=False)
async def logout(request: Request, portal: PortalDep, _principal: Anyone) -> Response:
    """End the session."""
    await portal.sessions.close(request.state.session_token)
    response = RedirectResponse("/login", 303)
    clear_session(response, portal.settings)
    return response


@router.post("/api/v1/session", tags=["session"])
async def open_session(
    request: Request, portal: PortalDep, credentials: Credentials
) -> JSONResponse:
    """Sign in: sets the session's cookie and returns the token for writes."""
    account, token = await sign_in(
        portal, credentials.name, credentials.password, _address(request)
    )
    response = JSONResponse(_session(account.principal, token).model_dump())
    set_session(response, token, portal.settings)
    return response


@router.get("/api/v1/session", tags=["session"])
async def show_session(request: Request, principal: Anyone) -> Session:
    """Return who is signed in."""
    return _session(principal, request.state.session_token)


@router.delete("/api/v1/session", tags=["session"], status_code=204)
async def close_session(request: Request, portal: PortalDep, _principal: Anyone) -> Response:
    """Sign out."""
    await portal.sessions.close(request.state.session_token)
    response = Response(status_code=204)
    clear_session(response, portal.settings)
    return response


@router.put("/api/v1/session/password", tags=["session"])
async def put_password(
    request: Request, portal: PortalDep, principal: Anyone, asked: NewPassword
) -> JSONResponse:
    """Change one's own password: ends every session and opens a new one, as when signing in."""
    token = await change_password(portal, principal.id, asked.old, asked.new, _address(request))
    response = JSONResponse(_session(principal, token).model_dump())
    set_session(response, token, portal.settings)
    return response


@router.get("/password", response_class=HTMLResponse, include_in_schema=False)
async def password_page(request: Request, _principal: Anyone, changed: bool = False) -> Response:
    """Show the form."""
    return render(request, "password.html", {"changed": changed})


@router.post("/password", response_class=HTMLResponse, include_in_schema=False)
async def password_form(
    request: Request,
    portal: PortalDep,
    principal: Anyone,
    old: Annotated[Password, Form()] = "",
    new: Annotated[Password, Form()] = "",
    again: Annotated[Password, Form()] = "",
) -> Response:
    """Change one's own password."""
    try:
        if new != again:
            raise DIFFERENT
        token = await change_password(portal, principal.id, old, new, _address(request))
    except ProblemError as problem:
        context = {"changed": False, "problem": problem}
        return render(request, "password.html", context, problem.status, problem.headers)
    response = RedirectResponse("/password?changed=true", 303)
    set_session(response, token, portal.settings)
    return response


def _session(principal: Principal, token: str) -> Session:
    return Session(
        actor_id=principal.id,
        name=principal.name,
        roles=sorted(principal.roles),
        countries=sorted(principal.countries),
        csrf_token=csrf_token(token),
    )


def _address(request: Request) -> str:
    """Return the peer's address, or what a trusted proxy says it is; see `__main__`."""
    return request.client.host if request.client else "unknown"


def _own(target: str) -> str:
    """Return *target* if it is a path on this site, else the start page."""
    plain = target.startswith("/") and not target.startswith(("//", "/\\"))
    return target if plain and target.isprintable() and "\\" not in target else HOME
