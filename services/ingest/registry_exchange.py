"""The registry in the forms in which it is exchanged: YAML, CSV and OPML, told by their ending."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from enum import StrEnum
from itertools import groupby

from services.ingest.registry import RegisteredOutlet
from services.ingest.registry_file import Placed, read_file
from services.ingest.registry_outlines import outlines_text, read_outlines
from services.ingest.registry_table import read_table, table_text
from services.ingest.registry_text import file_text

SEPARATOR = "---\n"  # between the countries of one YAML file


class Form(StrEnum):
    """How a list of outlets is written."""

    YAML = "yaml"
    CSV = "csv"
    OPML = "opml"


def written(outlets: Sequence[RegisteredOutlet], form: Form) -> str:
    """Return *outlets* as text."""
    if form == Form.CSV:
        return table_text(outlets)
    if form == Form.OPML:
        return outlines_text(outlets)
    ordered = sorted(outlets, key=lambda one: one.country)  # stable: the order of the files stays
    countries = groupby(ordered, key=lambda one: one.country)
    return SEPARATOR.join(file_text(country, list(found)) for country, found in countries)


def read(name: str, text: str, form: Form, country: str | None = None) -> list[Placed]:
    """Return the outlets in *text*; ConfigurationError names the line of a mistake."""
    if form == Form.CSV:
        return list(read_table(name, text))
    if form == Form.OPML:
        return list(read_outlines(name, text, country))
    return [one for part in _parts(text) for one in read_file(name, part)]


def _parts(text: str) -> Iterator[str]:
    """Yield the countries of a YAML file, each after as many lines as it has before it."""
    before = 0
    for part in text.split(f"\n{SEPARATOR}"):
        yield "\n" * before + part
        before += part.count("\n") + 2
