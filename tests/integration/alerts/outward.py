"""A mail server and a webhook receiver on loopback, and a sender with the test's clock."""

from __future__ import annotations

import socket
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any

from aiohttp import web
from aiosmtpd.controller import Controller

from services.alerts.outward.cap import Issuer
from services.alerts.outward.recipients import Hook, Recipients
from services.alerts.outward.sending import Sending
from services.alerts.outward.transport import Poster, SmtpServer
from services.alerts.store.deliveries import Deliveries
from services.alerts.store.people import People
from shared.guard import AddressGuard
from shared.mongo import client_of, connect
from shared.settings import Settings
from tests.integration.alerts.conftest import Desk

KEY = b"a key of twenty-four by."


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass
class MailBox:
    """What a mail server took, by recipient; it answers `refusal` where that is set."""

    port: int
    mails: list[tuple[list[str], EmailMessage]] = field(default_factory=list)
    refusal: str | None = None

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802 - aiosmtpd calls it so
        if self.refusal:
            return self.refusal
        mail = message_from_bytes(envelope.content, policy=policy.default)
        assert isinstance(mail, EmailMessage)
        self.mails.append((envelope.rcpt_tos, mail))
        return "250 taken"


@contextmanager
def mail_server(port: int) -> Iterator[MailBox]:
    box = MailBox(port)
    controller = Controller(box, hostname="127.0.0.1", port=port)
    controller.start()
    try:
        yield box
    finally:
        controller.stop()


@dataclass
class Receiver:
    """What a webhook receiver got; it answers with `status`."""

    url: str
    port: int
    status: int = 200
    got: list[tuple[dict[str, str], bytes]] = field(default_factory=list)

    async def take(self, request: web.Request) -> web.Response:
        self.got.append((dict(request.headers), await request.read()))
        location = {"location": f"http://127.0.0.1:{self.port}/hook"}
        return web.Response(status=self.status, headers=location)


@asynccontextmanager
async def receiver() -> AsyncIterator[Receiver]:
    port = free_port()
    found = Receiver(f"http://127.0.0.1:{port}/hook", port)
    application = web.Application()
    application.router.add_post("/hook", found.take)
    runner = web.AppRunner(application)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", port).start()
    try:
        yield found
    finally:
        await runner.cleanup()


@asynccontextmanager
async def sender(
    settings: Settings,
    desk: Desk,
    *,
    smtp_port: int | None = None,
    hook: Receiver | None = None,
    guarded: bool = False,
    folder: Path | None = None,
) -> AsyncIterator[Sending]:
    database = connect(settings, "alerts")

    def now() -> datetime:
        return desk.time[0]

    allowed = frozenset({("127.0.0.1", hook.port)} if hook and not guarded else ())
    try:
        yield Sending(
            People(database),
            Deliveries(database),
            Recipients(
                {f"address-{n}": f"reader-{n}@ministry.example" for n in (1, 2)},
                {"hook": Hook(hook.url, KEY)} if hook else {},
            ),
            Issuer("tocsin@desk.example"),
            SmtpServer("127.0.0.1", smtp_port, starttls=False) if smtp_port else None,
            Poster(AddressGuard(allowed)),
            folder,
            now,
        )
    finally:
        client_of(database).close()
