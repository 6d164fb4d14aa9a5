"""Pages from templates: escaped by default, an undefined name is an error."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from fastapi import Request
from fastapi.responses import HTMLResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from services.portal.accounts.model import (
    ANONYMOUS,
    AUDITORS,
    DESK_WRITERS,
    RELEASERS,
    REVIEWERS,
    SIGNAL_READERS,
)
from services.portal.accounts.sessions import csrf_token
from services.portal.pages import words
from services.portal.pages.i18n import (
    COOKIE,
    DEFAULT,
    LANGUAGES,
    Language,
    chosen,
    load_languages,
)
from services.portal.pages.vocabulary import Vocabulary

HERE = Path(__file__).parent
STATIC = HERE / "static"
REMEMBERED_SECONDS = 365 * 86_400


def create_environment(vocabulary: Vocabulary) -> Environment:
    """Return the templates with the formatting that all of them share."""
    made = Environment(
        loader=FileSystemLoader(HERE / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters |= words.FILTERS | vocabulary.filters()
    made.globals |= load_languages()[DEFAULT].context(vocabulary.country)
    made.globals |= {
        "version": _version(),
        "signal_readers": SIGNAL_READERS,
        "reviewers": REVIEWERS,
        "releasers": RELEASERS,
        "desk_writers": DESK_WRITERS,
        "auditors": AUDITORS,
    }
    return made


def render(
    request: Request,
    template: str,
    context: Mapping[str, Any],
    status: int = 200,
    headers: Mapping[str, str] | None = None,
) -> HTMLResponse:
    """Return the page for whoever asks."""
    templates: Environment = request.app.state.templates
    token = getattr(request.state, "session_token", "")
    shared = {
        "request": request,
        "principal": getattr(request.state, "principal", ANONYMOUS),
        "csrf_token": csrf_token(token) if token else "",
        "demonstration": request.app.state.portal.settings.env == "demonstration",
    }
    page = templates.get_template(template).render(shared | dict(context))
    return HTMLResponse(page, status, dict(headers or {}))


def render_for_everyone(
    request: Request, template: str, context: Mapping[str, Any]
) -> HTMLResponse:
    """Return a page in the language of whoever asks; a choice made by a link is remembered."""
    portal = request.app.state.portal
    language: Language = chosen(request, portal.languages)
    spoken = language.context(portal.vocabulary.country) | {"languages": LANGUAGES}
    page = render(request, template, spoken | dict(context))
    page.headers["Vary"] = "Accept-Language, Cookie"
    if request.query_params.get("lang") == language.code:
        page.set_cookie(
            COOKIE, language.code, max_age=REMEMBERED_SECONDS, httponly=True, samesite="lax",
            secure=portal.settings.portal_https,
        )  # fmt: skip
    return page


def _version() -> str:
    """Return a name for the present static files, so that browsers may keep them for ever."""
    digest = hashlib.sha256()
    for file in sorted(STATIC.iterdir()):
        digest.update(file.read_bytes())
    return digest.hexdigest()[:12]
