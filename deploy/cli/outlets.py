"""`tocsin outlets`: the registry at the terminal, from a first look to a source that is polled."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table

from deploy.cli.terminal import console
from services.ingest import registry_edit
from services.ingest.commands import outlet_reports, try_outlet
from services.ingest.registry import NOT_YET, RegisteredOutlet
from services.ingest.registry_edit import NewFact
from services.ingest.registry_exchange import Form, read, written
from services.ingest.registry_file import Given
from services.ingest.registry_folder import Changes, RegistryFolder
from services.ingest.trial import SourceTrial
from shared.addresses import parse_addresses
from shared.errors import ConfigurationError
from shared.settings import Settings, load_settings

outlets = typer.Typer(no_args_is_help=True, help="The outlets that are read, and their state.")

OutletId = Annotated[str, typer.Argument(help="The outlet's id.")]
Country = Annotated[str | None, typer.Option(help="Only this country (ISO code).")]
FormOption = Annotated[
    Form | None, typer.Option("--format", help="Told by the ending if left out.")
]
Since = Annotated[
    datetime | None, typer.Option(formats=["%Y-%m-%d"], help="First day of the fact.")
]
FactSource = Annotated[str, typer.Option(help="Where the fact was read.")]
Confidence = Annotated[str, typer.Option(help="high, medium or low.")]


@outlets.command("list")
def list_(country: Country = None) -> None:
    """Show the outlets with who owns and who controls them today."""
    table = Table("Outlet", "Name", "Medium", "Base", "Owner", "Controlled by", "Polled", box=None)
    for outlet in _of(_folder().registry().outlets, country):
        today = outlet.outlet_as_of(datetime.now(UTC).date())
        polled = sum(source.enabled for source in outlet.sources)
        table.add_row(
            outlet.outlet_id, outlet.name, str(outlet.medium), str(outlet.base),
            f"{today.owner_kind}: {today.owner_id or '-'}", today.controlled_by or "-",
            f"{polled} of {len(outlet.sources)}",
        )  # fmt: skip
    console.print(table)


@outlets.command()
def add(
    outlet_id: OutletId,
    country: Annotated[str, typer.Option(help="ISO code.")],
    name: Annotated[str, typer.Option(help="As the outlet calls itself.")],
    medium: Annotated[str, typer.Option(help="newspaper radio television online social agency.")],
    base: Annotated[str, typer.Option(help="domestic, exile or foreign.")],
    language: Annotated[list[str], typer.Option(help="ISO code; may be given several times.")],
    owner: Annotated[str, typer.Option(help="Who owns it.")],
    owner_kind: Annotated[str, typer.Option(help="state, private, party ...")],
    fact_source: FactSource,
    confidence: Confidence = "low",
    since: Since = None,
    feed: Annotated[list[str] | None, typer.Option(help="Address of a feed.")] = None,
) -> None:
    """Register an outlet. Its feeds are polled once `check --enable` has read them."""
    sources = [
        {"source_id": f"{outlet_id}-feed{number or ''}", "kind": "feed", "url": url,
         "period_seconds": 1_800, "enabled": False}
        for number, url in enumerate(feed or [])
    ]  # fmt: skip
    blank = registry_edit.outlet_of(
        {"outlet_id": outlet_id, "country": country, "name": name, "medium": medium, "base": base,
         "languages": language, "ownership": {"owner": ()}, "sources": sources}
    )  # fmt: skip
    fact = NewFact(owner, _day(since), fact_source, confidence, owner_kind)
    _put(registry_edit.edited(blank, owner=fact), may_change=False)


@outlets.command()
def edit(
    outlet_id: OutletId,
    name: str | None = None,
    status: Annotated[str | None, typer.Option(help="active, paused or closed.")] = None,
    base: str | None = None,
    owner: Annotated[str | None, typer.Option(help="Who owns it from --since on.")] = None,
    owner_kind: Annotated[str | None, typer.Option(help="state, private, party ...")] = None,
    control: Annotated[str | None, typer.Option(help="Who decides from --since on.")] = None,
    since: Since = None,
    fact_source: Annotated[str | None, typer.Option(help="Where the fact was read.")] = None,
    confidence: Confidence = "low",
    enable: Annotated[str | None, typer.Option(help="A source to poll.")] = None,
    disable: Annotated[str | None, typer.Option(help="A source to poll no longer.")] = None,
) -> None:
    """Change an outlet; a new owner or control ends the one before it on the day before."""
    if (owner or control) and (since is None or fact_source is None):
        raise ConfigurationError("A new fact needs --since and --fact-source.")
    day, source = _day(since), fact_source or ""
    outlet = registry_edit.edited(
        _folder().outlet(outlet_id),
        fields={"name": name, "status": status, "base": base},
        owner=NewFact(owner, day, source, confidence, owner_kind) if owner else None,
        control=NewFact(control, day, source, confidence) if control else None,
    )
    if enable:
        outlet = registry_edit.with_source(outlet, enable, enabled=True)
    if disable:
        outlet = registry_edit.with_source(outlet, disable, enabled=False)
    _put(outlet, may_change=True)


@outlets.command()
def check(
    outlet_id: OutletId,
    enable: Annotated[bool, typer.Option(help="Poll the sources that could be read.")] = False,
) -> None:
    """Fetch each source once and show what would be ingested; nothing is stored."""
    settings, folder = load_settings(), _folder()
    outlet = folder.outlet(outlet_id)
    trials = asyncio.run(try_outlet(settings, outlet))
    for trial in trials:
        _show_trial(trial)
    readable = [one.source.source_id for one in trials if one.is_readable]
    for source_id in readable if enable else ():
        today = datetime.now(UTC).date()
        outlet = registry_edit.with_source(outlet, source_id, enabled=True, last_fetched_live=today)
    if enable:
        _put(outlet, may_change=True)
    if len(readable) < len(trials):
        sys.exit(1)


@outlets.command("import")
def import_(
    file: Annotated[Path, typer.Argument(help="OPML, CSV or YAML.")],
    form: FormOption = None,
    country: Annotated[str | None, typer.Option(help="Country of a plain OPML list.")] = None,
    replace: Annotated[bool, typer.Option(help="Known outlets may change.")] = False,
) -> None:
    """Register the outlets of a file. All or none; a mistake is named with its line."""
    try:
        text = file.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigurationError(f"{file} cannot be read as UTF-8 text.") from error
    given = read(file.name, text, form or _form_of(file), country)
    _say(_folder().put(given, may_change=replace))


@outlets.command()
def export(
    file: Annotated[Path | None, typer.Argument(help="Where to; the terminal if left out.")] = None,
    form: FormOption = None,
    country: Country = None,
) -> None:
    """Write the registry, or one country of it, as OPML, CSV or YAML."""
    chosen = form or (_form_of(file) if file else Form.YAML)
    text = written(_of(_folder().registry().outlets, country), chosen)
    if file is None:
        sys.stdout.write(text)
    else:
        file.write_text(text, encoding="utf-8")


@outlets.command()
def state(country: Country = None) -> None:
    """Show the health of each outlet, its last success and error, and its items a day."""
    found = _of(_folder().registry().outlets, country)
    table = Table("Outlet", "Health", "Last read", "24 h / usual", "Languages", "Why", box=None)
    for one in asyncio.run(outlet_reports(load_settings(), found)):
        error = (
            f" Last error {_time(one.last_error_at)}: {one.last_error}" if one.last_error else ""
        )
        table.add_row(
            one.outlet.outlet_id, one.health, _time(one.last_success_at),
            f"{one.items} / {'?' if one.usual is None else f'{one.usual:g}'}",
            " ".join(one.languages) or "-", one.reason + error,
        )  # fmt: skip
    console.print(table)


def _folder() -> RegistryFolder:
    settings: Settings = load_settings()
    allowed = parse_addresses(settings.ingest_allowed_addresses)
    return RegistryFolder(settings.config_dir / "outlets", allowed)


def _of(found: Sequence[RegisteredOutlet], country: str | None) -> list[RegisteredOutlet]:
    return [one for one in found if country in {None, one.country}]


def _put(outlet: RegisteredOutlet, *, may_change: bool) -> None:
    _say(_folder().put([Given(outlet, outlet.outlet_id)], may_change=may_change))


def _say(changes: Changes) -> None:
    console.print(
        f"{len(changes.added)} added, {len(changes.changed)} changed,"
        f" {len(changes.unchanged)} as they were. Ingest reads the files when it starts."
    )


def _show_trial(trial: SourceTrial) -> None:
    fetched = trial.source.last_fetched_live
    when = fetched if fetched == NOT_YET else f"{fetched:%d %B %Y}"
    console.print(f"{trial.source.source_id}  {trial.source.url}  last fetched live: {when}")
    console.print(f"  {trial.problem or f'{trial.listed} articles are listed'}", markup=False)
    for page in trial.pages:
        date_text = _time(page.published_at)
        said = page.problem or f"{page.characters} characters, {page.language or 'no language'}"
        console.print(f"  - {page.title or page.url}  ({date_text}; {said})", markup=False)


def _form_of(file: Path) -> Form:
    ending = {".yml": "yaml", ".xml": "opml"}.get(file.suffix, file.suffix.removeprefix("."))
    try:
        return Form(ending)
    except ValueError:
        raise ConfigurationError(
            f"{file.name}: say with --format whether this is {', '.join(Form)}."
        ) from None


def _day(at: datetime | None) -> date | None:
    return at.date() if at else None


def _time(at: datetime | None) -> str:
    return at.strftime("%Y-%m-%d %H:%M") if at else "never"
