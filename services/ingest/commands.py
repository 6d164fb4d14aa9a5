"""What operators' commands ask of ingest, each with clients of its own."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

from services.ingest.collectors import Web
from services.ingest.fetcher import Fetcher, create_session
from services.ingest.guard import AddressGuard
from services.ingest.registry import RegisteredOutlet
from services.ingest.report import OutletReport, report
from services.ingest.sandbox import Sandbox
from services.ingest.service import user_agent
from services.ingest.site_rules import SiteRules
from services.ingest.statements import Statements
from services.ingest.trial import SourceTrial, try_source
from shared import mongo
from shared.addresses import parse_addresses
from shared.publish import KafkaPublisher
from shared.settings import Settings

CONNECTIONS = 4


async def try_outlet(settings: Settings, outlet: RegisteredOutlet) -> list[SourceTrial]:
    """Ask every source of *outlet* once, polled or not."""
    allowed = parse_addresses(settings.ingest_allowed_addresses)
    session = create_session(AddressGuard(allowed), user_agent(settings), CONNECTIONS)
    sandbox = Sandbox(processes=1)
    try:
        async with session:
            fetcher = Fetcher(session, _now)
            web = Web(fetcher, sandbox, SiteRules(fetcher, allowed))
            return [await try_source(web, outlet, source, _now) for source in outlet.sources]
    finally:
        await sandbox.close()


async def outlet_reports(
    settings: Settings, outlets: Sequence[RegisteredOutlet]
) -> list[OutletReport]:
    """Return the state of *outlets* now."""
    database = mongo.connect(settings, "ingest")
    try:
        statements = Statements(database, KafkaPublisher(settings, "ingest"))
        return await report(database, statements, outlets, _now())
    finally:
        mongo.client_of(database).close()


def _now() -> datetime:
    return datetime.now(UTC)
