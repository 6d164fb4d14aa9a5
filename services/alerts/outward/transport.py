"""Hands mails to an SMTP server and posts webhooks; each says what became of the attempt."""

from __future__ import annotations

import asyncio
import smtplib
import ssl
from dataclasses import dataclass, field
from email.message import EmailMessage
from ssl import SSLContext

import aiohttp

from services.alerts.outward.hook import Request
from services.alerts.outward.outcome import Outcome
from shared.guard import AddressGuard

TIMEOUT_SECONDS = 20
REFUSED_FOR_GOOD = range(500, 600)
GONE = 410  # by the specification: the receiver wants nothing more
SUCCESS = range(200, 300)


@dataclass(frozen=True, slots=True)
class SmtpServer:
    """The operator's mail server."""

    host: str
    port: int
    starttls: bool = True
    username: str | None = None
    password: str | None = field(default=None, repr=False)

    async def send(self, mail: EmailMessage) -> Outcome:
        """Hand over one mail, in a thread: the library waits in place."""
        return await asyncio.to_thread(self._send, mail)

    def _send(self, mail: EmailMessage) -> Outcome:
        """Talk to the server; before it was given the text, every failure may be tried again."""
        try:
            server = smtplib.SMTP(self.host, self.port, timeout=TIMEOUT_SECONDS)
        except OSError:
            return Outcome.LATER
        try:
            refused = self._introduce(server, mail)
            return refused or _hand_over(server, mail)
        except (OSError, smtplib.SMTPException):
            return Outcome.LATER
        finally:
            server.close()

    def _introduce(self, server: smtplib.SMTP, mail: EmailMessage) -> Outcome | None:
        """Say who writes to whom; return what the server has against it, or None."""
        self._greet(server)
        for ask, address in ((server.mail, mail["From"]), (server.rcpt, mail["To"])):
            code, _ = ask(str(address))
            if code not in SUCCESS:
                return _refusal(code)
        return None

    def _greet(self, server: smtplib.SMTP) -> None:
        server.ehlo()
        if self.starttls:
            server.starttls(context=_context())
            server.ehlo()
        if self.username is not None:
            server.login(self.username, self.password or "")


def _context() -> SSLContext:
    return ssl.create_default_context()


def _hand_over(server: smtplib.SMTP, mail: EmailMessage) -> Outcome:
    """Give the text; where the connection breaks now, nobody knows whether it was taken."""
    try:
        code, _ = server.data(mail.as_bytes())
    except smtplib.SMTPDataError as error:  # before the text
        return _refusal(error.smtp_code)
    except (OSError, smtplib.SMTPException):
        return Outcome.UNSURE
    return Outcome.SENT if code in SUCCESS else _refusal(code)


def _refusal(code: int) -> Outcome:
    return Outcome.REFUSED if code in REFUSED_FOR_GOOD else Outcome.LATER


@dataclass(frozen=True, slots=True)
class Poster:
    """Posts webhooks to addresses of the public internet, and follows no redirect."""

    guard: AddressGuard = field(default_factory=AddressGuard)

    async def post(self, url: str, request: Request) -> Outcome:
        """Post once. A repetition is harmless: receivers know it by its id."""
        connector = aiohttp.TCPConnector(socket_factory=self.guard.create_socket)
        timeout = aiohttp.ClientTimeout(total=TIMEOUT_SECONDS)
        try:
            async with (
                aiohttp.ClientSession(connector=connector, timeout=timeout) as http,
                http.post(
                    url, data=request.body, headers=dict(request.headers), allow_redirects=False
                ) as answer,
            ):
                status = answer.status  # the body, however long, is never read
        except (aiohttp.ClientError, OSError, TimeoutError):
            return Outcome.LATER
        if status == GONE:
            return Outcome.REFUSED
        return Outcome.SENT if status in SUCCESS else Outcome.LATER
