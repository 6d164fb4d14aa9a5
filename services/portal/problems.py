"""Errors as people and programs get them: curated sentences, in RFC 9457's form for the API.

What went wrong in detail goes to the log. Nobody is shown an engine's message, a trace or
what another person sent.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from fastapi import Request
from starlette.responses import JSONResponse, Response

from services.portal.pages.render import render

API = "/api/"
MEDIA_TYPE = "application/problem+json"
SAID = 300  # characters of a validation message that are passed on


@dataclass(slots=True)
class ProblemError(Exception):
    """Something the asker can understand: a status, what it is, and what to do about it."""

    status: int
    title: str
    detail: str
    headers: dict[str, str] = field(default_factory=dict)


def not_found(what: str) -> ProblemError:
    """Return the same answer for what does not exist and for what the asker may not see."""
    return ProblemError(404, "Not found", f"There is no such {what}, or you may not see it.")


UNAUTHENTICATED = ProblemError(
    401, "Sign in first", "This needs an account: sign in, then repeat it."
)
FORBIDDEN = ProblemError(
    403, "Not yours to do", "Your role does not allow this; ask an administrator who has it."
)
AWAY = ProblemError(
    503,
    "Not available just now",
    "Part of the system is away. Nothing is lost; try again in a minute.",
    {"Retry-After": "30"},
)
NOT_UNDERSTOOD = ProblemError(
    400, "Search not understood", "Check the quotation marks and use fewer or simpler words."
)
FOREIGN_CURSOR = ProblemError(
    400, "Page not found", "This page link belongs to another search: start from its first page."
)
FAILED = ProblemError(
    500, "Something failed here", "The fault is ours and has been logged. Try again later."
)


def is_api(path: str) -> bool:
    """Tell whether programs ask here, rather than people with a browser."""
    return path.startswith(API)


def sentence(errors: Sequence[Any], *, skip: int) -> str:
    """Say which field is wrong and why, without repeating what was sent.

    *skip* leaves out the leading parts of the place, such as `query` or `body`.
    """
    first = errors[0]
    where = ".".join(str(part) for part in first["loc"][skip:])
    message = str(first["msg"]).removeprefix("Value error, ")[:SAID]
    return f"{where[:80]}: {message}." if where else f"{message[:1].upper()}{message[1:]}."


def respond(request: Request, problem: ProblemError) -> Response:
    """Return the problem in the form that the asker reads."""
    if is_api(request.url.path):
        return JSONResponse(
            {"title": problem.title, "status": problem.status, "detail": problem.detail},
            problem.status,
            problem.headers,
            MEDIA_TYPE,
        )
    fragment = request.headers.get("HX-Request") == "true"
    template = "problem_fragment.html" if fragment else "problem.html"
    return render(request, template, {"problem": problem}, problem.status, problem.headers)
