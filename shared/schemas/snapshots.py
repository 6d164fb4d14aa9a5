"""Keeps the files of each event type equal to its model.

What writing can repair, it repairs. It never shortens `fields.txt`: a field that a model lost stays
a problem until the model has it back, or the type has a new version.
"""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from shared.errors import UndecodableEventError
from shared.events import EVENT_CLASSES, Event, decode
from shared.schemas.fields import field_lines

FOLDER = Path(__file__).parent
DIALECT = "https://json-schema.org/draft/2020-12/schema"
_REMEDY = "fields are only added; another meaning is a new version of the type"


def schema_of(event_class: type[Event]) -> dict[str, Any]:
    """Return what a producer's JSON must satisfy: all fields present and no others."""
    schema = event_class.model_json_schema(mode="serialization")
    return {
        "$schema": DIALECT,
        "$id": f"urn:tocsin:event:{event_class.TYPE}",
        **schema,
        "x-topic": event_class.TOPIC.name,
        "x-maximum-bytes": event_class.MAX_BYTES,
    }


def example_paths(event_class: type[Event], folder: Path = FOLDER) -> list[Path]:
    """Return the examples of a type in order of their names."""
    return sorted((folder / event_class.TYPE).glob("example-*.json"))


def write(folder: Path = FOLDER) -> None:
    """Write schemas, new fields, and the examples with the defaults of new fields."""
    for event_class in EVENT_CLASSES:
        own = folder / event_class.TYPE
        own.mkdir(exist_ok=True)
        for path, content in _expected(event_class, own):
            path.write_text(content, encoding="utf-8")


def problems(folder: Path = FOLDER) -> list[str]:
    """Return a sentence for each file that is not as its model would have it."""
    found: list[str] = []
    for event_class in EVENT_CLASSES:
        own = folder / event_class.TYPE
        try:
            expected = list(_expected(event_class, own))
        except UndecodableEventError as error:
            found.append(f"{own.name}: an example is no event: {error}")
            continue
        found += [
            f"{own.name}/{path.name} is not up to date; run `python -m shared.schemas write`"
            for path, content in expected
            if _read(path) != content
        ]
        found += [f"{own.name} lost `{line}`: {_REMEDY}" for line in lost_fields(event_class, own)]
    return found


def lost_fields(event_class: type[Event], own: Path) -> list[str]:
    """Return the lines of `fields.txt` that the model no longer has."""
    present = set(field_lines(schema_of(event_class)))
    return [line for line in _read(own / "fields.txt").splitlines() if line not in present]


def _expected(event_class: type[Event], own: Path) -> Iterator[tuple[Path, str]]:
    schema = schema_of(event_class)
    yield own / "schema.json", _pretty(schema)
    published = {*_read(own / "fields.txt").splitlines(), *field_lines(schema)}
    yield own / "fields.txt", "".join(f"{line}\n" for line in sorted(published))
    for path in example_paths(event_class, own.parent):
        event = decode(event_class, path.read_bytes())
        yield path, _pretty(event.model_dump(mode="json"))


def _pretty(document: Any) -> str:
    return json.dumps(document, ensure_ascii=False, indent=2) + "\n"


def _read(path: Path) -> str:
    return path.read_text(encoding="utf-8") if path.exists() else ""
