"""Stands before every route: who asks, and whether a write was meant.

Refusing is the default: a route that is not listed in `access.PUBLIC` gets no request
without a session, so that a forgotten check cannot open it. A write with a session must
come from our own pages (origin) and know the session (token in a header or the form).
"""

from __future__ import annotations

from collections.abc import MutableMapping
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

from starlette.datastructures import Headers
from starlette.requests import ClientDisconnect, Request
from starlette.responses import RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from services.portal import problems
from services.portal.accounts.access import STATIC, is_public
from services.portal.accounts.cookies import session_token
from services.portal.accounts.keys import KeyScope, narrowed
from services.portal.accounts.model import ANONYMOUS, Principal
from services.portal.accounts.rates import RateLimit
from services.portal.accounts.sessions import csrf_matches
from services.portal.context import Portal
from services.portal.problems import ProblemError, is_api, respond
from shared.errors import TransientError

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
FORM = "application/x-www-form-urlencoded"
MAX_BODY_BYTES = 64_000

TOO_LARGE = ProblemError(413, "Too large", f"Send at most {MAX_BODY_BYTES} bytes.")
UNKNOWN_KEY = ProblemError(
    401, "Key not known", "This API key is unknown, revoked or expired: make a new one."
)
READ_ONLY_KEY = ProblemError(
    403, "Key reads only", "This API key may not write: make one that may."
)
# Asked all the time by operators' programs, and without content.
UNCOUNTED = frozenset({"/livez", "/readyz", "/healthz", "/metrics"})
FOREIGN = ProblemError(
    403, "Not from this site", "This write came from another site or an old page: open it anew."
)


class Gate:
    """The middleware; reads the session once and puts `principal` into the request's state."""

    def __init__(self, app: ASGIApp, portal: Portal) -> None:
        self.app = app
        self.portal = portal
        self._people = RateLimit(portal.settings.portal_requests_per_minute)
        self._visitors = RateLimit(portal.settings.portal_visits_per_minute)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let the request through with its principal, or answer it here."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        request = Request(scope, receive)
        request.state.principal = ANONYMOUS
        request.state.session_token = ""
        request.state.by_key = False
        try:
            inner = await self._admit(request)
        except ProblemError as problem:
            await respond(request, problem)(scope, receive, send)
        except ClientDisconnect:
            return  # nobody is left to answer
        except TransientError:
            await respond(request, problems.AWAY)(scope, receive, send)
        else:
            if isinstance(inner, Response):
                await inner(scope, receive, send)
            else:
                await self.app(scope, inner, send)

    async def _admit(self, request: Request) -> Receive | Response:
        """Return what the application reads the body from, or where to go instead."""
        public = is_public(request.method, request.url.path)
        if not request.url.path.startswith(STATIC):
            await self._identify(request)
            self._limit(request)
        if not request.state.principal.signed_in and not public:
            return _sign_in_first(request)
        if request.method in SAFE_METHODS:
            return request.receive
        body = await _body(request)
        if not request.state.by_key:
            _check_meant(request, body)
        return _replayed(body)

    async def _identify(self, request: Request) -> None:
        """Find out who asks, by an API key or else by a session."""
        secret = _bearer(request)
        if secret:
            request.state.principal = await self._by_key(secret, request.method)
            request.state.by_key = True
            return
        token = session_token(request, self.portal.settings)
        if token:
            request.state.principal = await self._principal(token)
            request.state.session_token = token

    def _limit(self, request: Request) -> None:
        """Raise where somebody sends too much; those who watch us from inside are not counted."""
        if request.url.path in UNCOUNTED:
            return
        principal: Principal = request.state.principal
        if principal.signed_in:
            wait = self._people.wait_seconds(principal.id)
        else:
            wait = self._visitors.wait_seconds(request.client.host if request.client else "")
        if wait:
            raise ProblemError(
                429,
                "Too many requests",
                f"Wait {wait} second{'' if wait == 1 else 's'}, then go on more slowly.",
                {"Retry-After": str(wait)},
            )

    async def _by_key(self, secret: str, method: str) -> Principal:
        found = await self.portal.keys.owner(secret, self.portal.clock())
        if found is None:
            raise UNKNOWN_KEY
        owner_id, scope = found
        if scope is not KeyScope.WRITE and method not in SAFE_METHODS:
            raise READ_ONLY_KEY
        account = await self.portal.accounts.get(owner_id)
        if account is None or account.disabled:
            raise UNKNOWN_KEY
        return narrowed(account.principal)

    async def _principal(self, token: str) -> Principal:
        account_id = await self.portal.sessions.account_id(token, self.portal.clock())
        if account_id is None:
            return ANONYMOUS
        account = await self.portal.accounts.get(account_id)
        return ANONYMOUS if account is None or account.disabled else account.principal


def _bearer(request: Request) -> str:
    """Return the API key that was sent; only the API takes keys, and only in this header."""
    scheme, _, secret = request.headers.get("Authorization", "").partition(" ")
    return secret.strip() if scheme.lower() == "bearer" and is_api(request.url.path) else ""


def _sign_in_first(request: Request) -> Response:
    """Answer a program with 401, and lead a person to the sign-in page and back."""
    if is_api(request.url.path):
        return respond(request, problems.UNAUTHENTICATED)
    here = request.url.path + (f"?{request.url.query}" if request.url.query else "")
    target = "/login?" + urlencode({"next": here}) if request.method == "GET" else "/login"
    if request.headers.get("HX-Request") == "true":
        return Response(status_code=401, headers={"HX-Redirect": "/login"})
    return RedirectResponse(target, 303)


def _check_meant(request: Request, body: bytes) -> None:
    """Raise unless a write comes from our own pages and knows its session."""
    headers = request.headers
    if headers.get("Sec-Fetch-Site", "same-origin") not in ("same-origin", "none"):
        raise FOREIGN
    origin = headers.get("Origin")
    if origin is not None and urlsplit(origin).netloc != headers.get("Host"):
        raise FOREIGN
    if not request.state.principal.signed_in:
        return
    if not csrf_matches(request.state.session_token, _sent_token(headers, body)):
        raise FOREIGN


def _sent_token(headers: Headers, body: bytes) -> str:
    token = headers.get("X-CSRF-Token", "")
    if token or not headers.get("Content-Type", "").startswith(FORM):
        return token
    fields = parse_qs(body.decode("utf-8", "replace"), max_num_fields=200)
    return fields.get("csrf_token", [""])[0]


async def _body(request: Request) -> bytes:
    """Read the body, up to its limit."""
    parts: list[bytes] = []
    size = 0
    async for part in request.stream():
        size += len(part)
        if size > MAX_BODY_BYTES:
            raise TOO_LARGE
        parts.append(part)
    return b"".join(parts)


def _replayed(body: bytes) -> Receive:
    """Return a channel that gives the application the body which was read already."""
    messages: list[MutableMapping[str, Any]] = [
        {"type": "http.request", "body": body, "more_body": False}
    ]

    async def receive() -> Message:
        return messages.pop() if messages else {"type": "http.disconnect"}

    return receive
