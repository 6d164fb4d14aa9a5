"""Which exception becomes which answer; registered once, in the application."""

from __future__ import annotations

from http import HTTPStatus

import structlog
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.responses import Response

from services.portal import problems
from services.portal.engine import QueryRefusedError
from services.portal.problems import ProblemError, respond, sentence
from services.portal.search.cursor import InvalidCursorError
from shared.errors import TransientError

log = structlog.get_logger()


def register(app: FastAPI) -> None:
    """Make *app* answer every exception with a curated sentence."""
    app.add_exception_handler(ProblemError, _problem)
    app.add_exception_handler(TransientError, _away)
    app.add_exception_handler(QueryRefusedError, _refused)
    app.add_exception_handler(InvalidCursorError, _foreign_cursor)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(Exception, _failed)


async def _problem(request: Request, error: Exception) -> Response:
    assert isinstance(error, ProblemError)  # noqa: S101 - registered for this class alone
    return respond(request, error)


async def _away(request: Request, error: Exception) -> Response:
    log.warning("dependency_away", reason=str(error))
    return respond(request, problems.AWAY)


async def _refused(request: Request, _error: Exception) -> Response:
    return respond(request, problems.NOT_UNDERSTOOD)


async def _foreign_cursor(request: Request, _error: Exception) -> Response:
    return respond(request, problems.FOREIGN_CURSOR)


async def _invalid(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)  # noqa: S101 - as above
    detail = sentence(error.errors(), skip=1)
    return respond(request, ProblemError(422, "This request cannot be used", detail))


async def _http(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)  # noqa: S101 - as above
    if error.status_code == HTTPStatus.NOT_FOUND:
        return respond(request, problems.not_found("page"))
    title = HTTPStatus(error.status_code).phrase
    detail = f"The server answers this request with: {title.lower()}."
    return respond(request, ProblemError(error.status_code, title, detail))


async def _failed(request: Request, error: Exception) -> Response:
    log.error("request_failed", path=request.url.path, exc_info=error)
    return respond(request, problems.FAILED)
