"""One's own API keys, as JSON and as a page. A key cannot make keys."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Path, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse
from pydantic import BaseModel, ValidationError

from services.portal.accounts.keys import ApiKey, KeyRequest, NewKey
from services.portal.accounts.model import EVERYONE, Principal
from services.portal.context import Portal, PortalDep, Requires
from services.portal.pages.forms import form_fields
from services.portal.pages.render import render
from services.portal.problems import ProblemError, sentence

router = APIRouter()

Anyone = Annotated[Principal, Depends(Requires(EVERYONE))]
KeyId = Annotated[str, Path(max_length=64)]
PERSON_NEEDED = ProblemError(403, "Sign in for this", "Keys are managed by people, not by keys.")


class Keys(BaseModel):
    """Somebody's keys."""

    keys: tuple[ApiKey, ...]


@router.get("/api/v1/keys", tags=["session"])
async def show_keys(portal: PortalDep, principal: Anyone) -> Keys:
    """List one's own keys, without their secrets."""
    return Keys(keys=tuple(await portal.keys.of_owner(principal.id)))


@router.post("/api/v1/keys", tags=["session"], status_code=201)
async def make_key(
    request: Request, portal: PortalDep, principal: Anyone, asked: KeyRequest
) -> NewKey:
    """Make a key; its secret is in this answer and nowhere else."""
    return await _make(request, portal, principal, asked)


@router.delete("/api/v1/keys/{key_id}", tags=["session"], status_code=204)
async def revoke_key(
    request: Request, portal: PortalDep, principal: Anyone, key_id: KeyId
) -> Response:
    """Revoke one of one's own keys."""
    await _revoke(request, portal, principal, key_id)
    return Response(status_code=204)


@router.get("/keys", response_class=HTMLResponse, include_in_schema=False)
async def keys_page(request: Request, portal: PortalDep, principal: Anyone) -> Response:
    """Show one's own keys."""
    return await _page(request, portal, principal, None)


@router.post("/keys", response_class=HTMLResponse, include_in_schema=False)
async def make_form(request: Request, portal: PortalDep, principal: Anyone) -> Response:
    """Make a key and show its secret, once."""
    try:
        asked = KeyRequest.model_validate(await form_fields(request))
    except ValidationError as error:
        raise ProblemError(422, "Not made", sentence(error.errors(), skip=0)) from error
    made = await _make(request, portal, principal, asked)
    return await _page(request, portal, principal, made)


@router.post("/keys/{key_id}/revoke", response_class=HTMLResponse, include_in_schema=False)
async def revoke_form(
    request: Request, portal: PortalDep, principal: Anyone, key_id: KeyId
) -> Response:
    """Revoke a key from its form."""
    await _revoke(request, portal, principal, key_id)
    return RedirectResponse("/keys", 303)


async def _make(
    request: Request, portal: Portal, principal: Principal, asked: KeyRequest
) -> NewKey:
    if not request.state.session_token:
        raise PERSON_NEEDED
    made = await portal.keys.make(principal.id, asked, portal.clock())
    await portal.audit.record(principal.id, "key_made", made.key_id)
    return made


async def _revoke(request: Request, portal: Portal, principal: Principal, key_id: str) -> None:
    if not request.state.session_token:
        raise PERSON_NEEDED
    await portal.audit.record(principal.id, "key_revoked", key_id)
    await portal.keys.revoke(principal.id, key_id)


async def _page(
    request: Request, portal: Portal, principal: Principal, made: NewKey | None
) -> Response:
    keys = await portal.keys.of_owner(principal.id)
    return render(request, "keys.html", {"keys": keys, "made": made})
