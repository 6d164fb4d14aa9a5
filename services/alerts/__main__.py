"""Runs the alerts service: builds its clients, and takes them down again."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import partial

import structlog

from services.alerts.handler import CONSUMER, Deps, handle, look_at_due
from services.alerts.outbox import Outbox
from services.alerts.outward.cap import Issuer
from services.alerts.outward.recipients import load_recipients
from services.alerts.outward.sending import Sending
from services.alerts.outward.transport import Poster, SmtpServer
from services.alerts.reading import Stores
from services.alerts.rule_files import load_rules
from services.alerts.rules import Rule
from services.alerts.situations import Watch
from services.alerts.store.counts import Counts
from services.alerts.store.deliveries import Deliveries
from services.alerts.store.exposure import Exposure
from services.alerts.store.ledger import Ledger
from services.alerts.store.people import People
from services.alerts.store.signals import Signals
from services.alerts.store.sweep import Sweep
from shared import mongo
from shared.dependencies import Dependency, kafka_dependency
from shared.errors import TransientError
from shared.health import Health
from shared.publish import Publisher, create_publisher
from shared.service import run_service
from shared.settings import Settings
from shared.start import start
from shared.topics import subscription
from shared.worker import Consumer

SERVICE = "alerts"
DUE_POLL_SECONDS = 1.0
SWEEP_SECONDS = 24 * 3600
SWEEP_RETRY_SECONDS = 60


def utc_now() -> datetime:
    """Return the present."""
    return datetime.now(UTC)


def create_deps(
    settings: Settings,
    database: mongo.Database,
    publisher: Publisher,
    rules: tuple[Rule, ...],
    now: Callable[[], datetime],
) -> Deps:
    """Put together what the handler works with; nothing connects."""
    counts = Counts(database, lambda: now().date())
    stores = Stores(counts, Exposure(database), People(database), Signals(database))
    coalesce = timedelta(seconds=settings.alerts_coalesce_seconds)
    outbox = Outbox(stores.signals, Ledger(database), Deliveries(database), publisher, now)
    return Deps(Watch(stores, rules, now, coalesce), outbox)


def create_sending(
    settings: Settings, database: mongo.Database, now: Callable[[], datetime]
) -> Sending:
    """Put together what tells subscribers; ConfigurationError for a faulty recipients' file."""
    smtp = None
    if settings.alerts_smtp_host is not None:
        smtp = SmtpServer(
            settings.alerts_smtp_host,
            settings.alerts_smtp_port,
            settings.alerts_smtp_starttls,
            settings.alerts_smtp_username,
            settings.password("alerts_smtp"),
        )
    return Sending(
        People(database),
        Deliveries(database),
        load_recipients(settings.alerts_recipients_file),
        Issuer(settings.alerts_sender, exercise=settings.env == "demonstration"),
        smtp,
        Poster(),
        settings.alerts_publish_dir,
        now,
    )


async def send_regularly(sending: Sending, health: Health) -> None:
    """Tell subscribers, for as long as the service runs."""
    while True:
        try:
            await sending.run()
        except TransientError as error:
            health.waiting("telling", str(error))
        else:
            health.ok("telling")
        await asyncio.sleep(DUE_POLL_SECONDS)


async def look_regularly(deps: Deps, health: Health) -> None:
    """Look at signals whose time has come, for as long as the service runs."""
    while True:
        try:
            await look_at_due(deps)
        except TransientError as error:
            health.waiting("signals due", str(error))
        else:
            health.ok("signals due")
        await asyncio.sleep(DUE_POLL_SECONDS)


async def sweep_regularly(sweep: Sweep, watch: Watch, health: Health) -> None:
    """Forget old counts once a day, for as long as the service runs."""
    while True:
        try:
            rules = await watch.rules()
            forgotten = await sweep.run(utc_now().date(), rules.references)
        except TransientError as error:
            health.waiting("sweep", str(error))
            await asyncio.sleep(SWEEP_RETRY_SECONDS)
        else:
            health.ok("sweep")
            structlog.get_logger().info("alerts.swept", documents=forgotten)
            await asyncio.sleep(SWEEP_SECONDS)


async def serve(settings: Settings, health: Health) -> int:
    """Run until told to stop; return the exit status."""
    rules = load_rules(settings.config_dir / "rules")
    database = mongo.connect(settings, SERVICE)
    subscribed = subscription(CONSUMER)
    async with create_publisher(settings, SERVICE) as publisher:
        deps = create_deps(settings, database, publisher, rules, utc_now)
        return await run_service(
            settings,
            health,
            consumer=Consumer(subscribed, partial(handle, deps=deps), database),
            background=[
                partial(look_regularly, deps, health),
                partial(send_regularly, create_sending(settings, database, utc_now), health),
                partial(sweep_regularly, Sweep(database), deps.watch, health),
            ],
            dependencies=[
                Dependency("mongo", partial(mongo.ping, database)),
                kafka_dependency(settings, subscribed),
            ],
        )


if __name__ == "__main__":
    start(SERVICE, serve)
