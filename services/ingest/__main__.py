"""Runs the ingest service: builds its clients, and takes them down again."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import partial

from services.ingest.fetcher import create_session
from services.ingest.guard import AddressGuard
from services.ingest.handler import CONSUMER, Handler
from services.ingest.registry import Registry
from services.ingest.registry_file import load_registry
from services.ingest.removals import Removals
from services.ingest.sandbox import Sandbox
from services.ingest.service import Clients, ingest, process_count, user_agent
from shared import mongo
from shared.addresses import parse_addresses
from shared.dependencies import Dependency, kafka_dependency
from shared.errors import ConfigurationError
from shared.health import Health
from shared.publish import create_publisher
from shared.service import run_service
from shared.settings import Settings
from shared.start import start
from shared.topics import subscription
from shared.worker import Consumer

SERVICE = "ingest"


def utc_now() -> datetime:
    """Return the present."""
    return datetime.now(UTC)


def require_contact(settings: Settings, registry: Registry) -> None:
    """Raise ConfigurationError where sites would be asked by somebody they cannot write to."""
    if settings.env == "production" and registry.polled() and not settings.ingest_contact:
        raise ConfigurationError(
            "TOCSIN_INGEST_CONTACT is empty: set the address at which owners of sites reach you."
        )


async def serve(settings: Settings, health: Health) -> int:
    """Run until told to stop; return the exit status."""
    allowed = parse_addresses(settings.ingest_allowed_addresses)
    registry = load_registry(settings.config_dir / "outlets", allowed)
    require_contact(settings, registry)
    database = mongo.connect(settings, SERVICE)
    session = create_session(
        AddressGuard(allowed), user_agent(settings), settings.ingest_pages_in_flight
    )
    sandbox = Sandbox(process_count(settings))
    subscribed = subscription(CONSUMER)
    try:
        async with session, create_publisher(settings, SERVICE) as publisher:
            clients = Clients(database, publisher, session, sandbox)
            return await run_service(
                settings,
                health,
                consumer=Consumer(
                    subscribed, Handler(Removals(database, settings.captures_dir)).handle, database
                ),
                background=[partial(ingest, settings, health, registry, clients, utc_now)],
                dependencies=[
                    Dependency("mongo", partial(mongo.ping, database)),
                    kafka_dependency(settings, subscribed),
                ],
            )
    finally:
        await sandbox.close()


if __name__ == "__main__":
    start(SERVICE, serve)
