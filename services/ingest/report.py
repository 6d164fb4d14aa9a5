"""What is known of each outlet's polls and output, for a person who runs Tocsin."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from services.ingest.outlet_health import Output, expected_items
from services.ingest.outlet_watch import polled_sources
from services.ingest.output_store import OutputStore
from services.ingest.registry import RegisteredOutlet
from services.ingest.source_states import SourceStates
from services.ingest.statements import Statements
from shared.mongo import Database

DAY = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class OutletReport:
    """One outlet: `usual` is None until two weeks are known."""

    outlet: RegisteredOutlet
    health: str
    reason: str
    last_success_at: datetime | None
    last_error: str
    last_error_at: datetime | None
    items: int
    usual: float | None
    languages: list[str]


async def report(
    database: Database, statements: Statements, outlets: Sequence[RegisteredOutlet], now: datetime
) -> list[OutletReport]:
    """Return the state of *outlets* at *now*."""
    said = await statements.said(one.outlet_id for one in outlets)
    states, output = SourceStates(database, "report"), OutputStore(database)
    found: list[OutletReport] = []
    for outlet in outlets:
        event = said[outlet.outlet_id].event if outlet.outlet_id in said else None
        histories = await states.histories(polled_sources(outlet))
        errors = [(one.last_error_at, one.last_error) for one in histories if one.last_error_at]
        error_at, error = max(errors, default=(None, ""))
        hours = Output(
            await output.hours(outlet.outlet_id, now), event.unusable_days if event else ()
        )
        found.append(
            OutletReport(
                outlet=outlet,
                health=str(event.health) if event else "unknown",
                reason=event.reason if event else "Ingest has not registered it yet.",
                last_success_at=max(
                    (one.last_success_at for one in histories if one.last_success_at), default=None
                ),
                last_error=error,
                last_error_at=error_at,
                items=hours.between(now - DAY, now + DAY),
                usual=expected_items(hours, now, DAY),
                languages=await output.languages(outlet.outlet_id, now),
            )
        )
    return found
