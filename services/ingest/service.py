"""Puts the parts of ingest together around clients that are passed in."""

from __future__ import annotations

import asyncio
import os
import secrets
import socket
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

import aiohttp

from services.ingest.announce import Announcer
from services.ingest.authors import pseudonymiser
from services.ingest.collectors import Web, collectors
from services.ingest.conclude import Concluder
from services.ingest.crawl import Crawl
from services.ingest.day_closer import DayCloser
from services.ingest.evidence import CaptureWriter
from services.ingest.fetcher import Fetcher
from services.ingest.item_store import ItemStore
from services.ingest.outbox import Outbox
from services.ingest.outlet_watch import OutletWatch
from services.ingest.output_store import OutputStore
from services.ingest.page_store import PageStore
from services.ingest.patience import patiently
from services.ingest.poller import Poller
from services.ingest.reader import Reader
from services.ingest.registry import Registry
from services.ingest.resend import Resender
from services.ingest.sandbox import Sandbox
from services.ingest.secret import author_key
from services.ingest.settle import Settler
from services.ingest.site_rules import SiteRules
from services.ingest.source_states import SourceStates
from services.ingest.statements import Statements
from shared.addresses import parse_addresses
from shared.health import Health
from shared.mongo import Database
from shared.publish import Publisher
from shared.settings import Settings

VERSION = "0.1.0"
SOFTWARE = f"tocsin-ingest/{VERSION}"


@dataclass(frozen=True, slots=True)
class Clients:
    """Everything that reaches outside the process."""

    database: Database
    publisher: Publisher
    session: aiohttp.ClientSession
    sandbox: Sandbox


async def ingest(
    settings: Settings,
    health: Health,
    registry: Registry,
    clients: Clients,
    now: Callable[[], datetime],
) -> None:
    """Announce the outlets, then poll and read until cancelled."""
    announcer = Announcer(Statements(clients.database, clients.publisher), now)
    await patiently(health, "outlets", lambda: announcer.announce(registry.outlets))
    key = await patiently(health, "keys", lambda: author_key(clients.database))
    pages = PageStore(clients.database)
    await patiently(health, "store", pages.prepare)
    writer = CaptureWriter(settings.captures_dir, new_writer_name(), SOFTWARE, now)
    try:
        items, outbox = ItemStore(clients.database), Outbox(clients.database)
        output = OutputStore(clients.database)
        settler = Settler(items, outbox, output, clients.publisher, writer, pseudonymiser(key), now)
        await _read_until_cancelled(settings, health, registry, clients, pages, settler)
    finally:
        writer.close()


async def _read_until_cancelled(
    settings: Settings,
    health: Health,
    registry: Registry,
    clients: Clients,
    pages: PageStore,
    settler: Settler,
) -> None:
    fetcher = Fetcher(clients.session, settler.now)
    rules = SiteRules(
        fetcher,
        parse_addresses(settings.ingest_allowed_addresses),
        settings.ingest_allowed_pause_seconds,
    )
    crawl = Crawl(
        reader=Reader(fetcher, clients.sandbox, rules),
        concluder=Concluder(settler, pages, rules, health),
        rules=rules,
        outlets={outlet.outlet_id: outlet for outlet in registry.outlets},
        pages_in_flight=settings.ingest_pages_in_flight,
    )
    poller = Poller(
        sources={source.source_id: (outlet, source) for outlet, source in registry.polled()},
        states=SourceStates(clients.database, owner_name(settings)),
        pages=pages,
        collectors=collectors(Web(fetcher, clients.sandbox, rules)),
        crawl=crawl,
        health=health,
        now=settler.now,
        is_recorded=rules.is_allowed,
    )
    resender = Resender(
        settler.items, settler.outbox, settler.output, settler.publisher, health, settler.now
    )
    watch = OutletWatch(
        registry.outlets,
        settler.output,
        poller.states,
        Statements(clients.database, clients.publisher),
        health,
        settler.now,
    )
    closer = DayCloser(
        settings.captures_dir,
        settler.captures,
        SOFTWARE,
        clients.database,
        clients.publisher,
        health,
        settler.now,
    )
    async with asyncio.TaskGroup() as group:
        group.create_task(resender.run())
        group.create_task(watch.run())
        group.create_task(closer.run())
        group.create_task(crawl.run())
        group.create_task(poller.run())


def owner_name(settings: Settings) -> str:
    """Return a name that no other live process has, and that a restarted one has again.

    The operations port is bound by one process at a time, which makes it that name.
    """
    return f"{socket.gethostname()}:{settings.ops_port or os.getpid()}"


def new_writer_name() -> str:
    """Return a name for the evidence files of this start, never used before."""
    return f"w{secrets.token_hex(6)}"


def process_count(settings: Settings) -> int:
    """Return how many processes parse pages."""
    return settings.ingest_extract_processes or os.cpu_count() or 1


def user_agent(settings: Settings) -> str:
    """Return how we present ourselves to every site, the same everywhere."""
    contact = f"; {settings.ingest_contact}" if settings.ingest_contact else ""
    return f"Tocsin/{VERSION} (media monitoring for early warning{contact})"
