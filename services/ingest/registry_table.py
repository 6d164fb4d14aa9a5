"""The registry as one table: a row for each outlet, each fact and each source.

Cells that a spreadsheet would take for a formula begin with an apostrophe, which reading
takes off again; reading what was written gives the same outlets.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping, Sequence
from io import StringIO
from typing import Any

from pydantic import ValidationError

from services.ingest.registry import RegisteredOutlet
from services.ingest.registry_file import Given
from services.ingest.registry_text import outlet_fields
from shared.errors import ConfigurationError

COLUMNS = (
    "row", "outlet_id", "country", "name", "medium", "base", "languages", "status",
    "owner_id", "owner_kind", "controlled_by", "from_on", "until_on", "source", "confidence",
    "source_id", "kind", "url", "period_seconds", "link_pattern", "enabled", "last_fetched_live",
)  # fmt: skip
ROWS = {"owner": "owner", "control": "control", "source": "sources"}
FORMULA = ("=", "+", "-", "@", "\t", "\r", "'")
WORDS = {"true": True, "false": False}


def table_text(outlets: Sequence[RegisteredOutlet]) -> str:
    """Return *outlets* as CSV with a head line."""
    out = StringIO()
    writer = csv.DictWriter(out, COLUMNS, lineterminator="\n")
    writer.writeheader()
    for outlet in outlets:
        writer.writerows(
            {name: _cell(value) for name, value in row.items()} for row in _rows(outlet)
        )
    return out.getvalue()


def read_table(name: str, text: str) -> list[Given]:
    """Return the outlets of a table; ConfigurationError names file and line of a mistake."""
    reader = csv.DictReader(StringIO(text), strict=True)
    if tuple(reader.fieldnames or ()) != COLUMNS:
        raise ConfigurationError(f"{name}, line 1: the columns are {', '.join(COLUMNS)}.")
    found: dict[str, dict[str, Any]] = {}
    lines: dict[str, int] = {}
    try:
        for row in reader:
            _take(found, lines, row, f"{name}, line {reader.line_num}", reader.line_num)
    except csv.Error as error:
        raise ConfigurationError(f"{name}, line {reader.line_num}: {error}.") from error
    return [_outlet(fields, f"{name}, line {lines[key]}") for key, fields in found.items()]


def _rows(outlet: RegisteredOutlet) -> Iterator[dict[str, Any]]:
    fields = outlet_fields(outlet)
    ownership, sources = fields.pop("ownership"), fields.pop("sources")
    head = {"outlet_id": outlet.outlet_id}
    languages = " ".join(outlet.languages)
    yield {"row": "outlet", "country": outlet.country, **fields, "languages": languages}
    for name in ("owner", "control"):
        for fact in ownership[name]:
            yield {"row": name, **head, **fact}
    for source in sources:
        yield {"row": "source", **head, **source}


def _cell(value: Any) -> str:
    if value is None:
        return ""
    text = str(value).lower() if isinstance(value, bool) else str(value)
    return f"'{text}" if text.startswith(FORMULA) else text


def _take(
    found: dict[str, dict[str, Any]],
    lines: dict[str, int],
    row: Mapping[str | None, Any],
    where: str,
    line: int,
) -> None:
    """Add one row to what was read so far."""
    if None in row or None in row.values():
        raise ConfigurationError(f"{where}: the row has not {len(COLUMNS)} cells.")
    cells = {str(name): str(value).removeprefix("'") for name, value in row.items() if value}
    kind, outlet_id = cells.pop("row", ""), cells.get("outlet_id", "")
    if kind == "outlet":
        if outlet_id in found:
            raise ConfigurationError(f"{where}: outlet {outlet_id} is given twice.")
        languages = tuple(cells.pop("languages", "").split())
        ownership: dict[str, list[Any]] = {"owner": [], "control": []}
        found[outlet_id] = {
            **cells, "languages": languages, "ownership": ownership, "sources": [],
        }  # fmt: skip
        lines[outlet_id] = line
        return
    if kind not in ROWS or outlet_id not in found:
        reason = "a row is an outlet, or an owner, control or source of an outlet above it"
        raise ConfigurationError(f"{where}: {reason}.")
    del cells["outlet_id"]
    outlet = found[outlet_id]
    if kind == "source":
        outlet["sources"].append({name: WORDS.get(value, value) for name, value in cells.items()})
    else:
        outlet["ownership"][kind].append({"from_on": None, "until_on": None, **cells})


def _outlet(fields: dict[str, Any], where: str) -> Given:
    try:
        return Given(RegisteredOutlet.model_validate(fields), where)
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(str(part) for part in first["loc"])
        raise ConfigurationError(
            f"{where}: {place}: {str(first['msg']).removeprefix('Value error, ')}."
        ) from error
