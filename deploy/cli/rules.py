"""`tocsin rules`: look through the operator's rules, and try one on what was counted."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from services.alerts.case import Case
from services.alerts.reading import Stores
from services.alerts.rule_files import load_rule, load_rules
from services.alerts.rules import Rule
from services.alerts.store.counts import Counts
from services.alerts.store.exposure import Exposure
from services.alerts.store.people import People
from services.alerts.trial import TRIED_DAYS, Forgetful, would_raise
from shared.mongo import client_of, connect
from shared.settings import Settings, load_settings

console = Console()
rules = typer.Typer(no_args_is_help=True, help="The questions that raise signals.")


@rules.command()
def check(
    folder: Annotated[Path | None, typer.Argument(help="Of rules; the operator's.")] = None,
) -> None:
    """Check every rule of a folder; a mistake is named with its file and line."""
    found = load_rules(folder or load_settings().config_dir / "rules")
    for rule in found:
        state = "" if rule.enabled else ", switched off"
        console.print(f"{rule.rule_id}  version {rule.version}, {rule.kind}{state}")
    console.print(f"{len(found)} rules can be asked.")


@rules.command("try")
def try_(
    file: Annotated[Path, typer.Argument(help="One rule.")],
    days: Annotated[int, typer.Option(min=1, max=TRIED_DAYS, help="How far back.")] = TRIED_DAYS,
) -> None:
    """Say what a rule would have raised in the last days, without raising anything."""
    rule = load_rule(file)
    cases = asyncio.run(_tried(load_settings(), rule.model_copy(update={"enabled": True}), days))
    if cases:
        console.print(table_of(cases))
    signals = "signal" if len(cases) == 1 else "signals"
    console.print(f"{rule.rule_id} would have raised {len(cases)} {signals} in {days} days.")


def table_of(cases: list[Case]) -> Table:
    """Lay out what would have been raised."""
    table = Table()
    for name in ("day", "country", "group", "seen", "usual", "severity"):
        table.add_column(name)
    for case in cases:
        question, verdict = case.question, case.verdict
        numbers = f"{verdict.observed:g}", f"{verdict.expected:.2g}"
        about = str(question.day), question.country, question.group or "-"
        table.add_row(*about, *numbers, str(verdict.severity))
    return table


async def _tried(settings: Settings, rule: Rule, days: int) -> list[Case]:
    database = connect(settings, "alerts")
    today = datetime.now(UTC).date()
    stores = Stores(
        Counts(database, lambda: today),
        Exposure(database),
        People(database),
        Forgetful(database),
    )
    try:
        return await would_raise(stores, rule, today, days)
    finally:
        client_of(database).close()
