"""Writes outlets in the one form that the operators' files have.

The same outlets always give the same text, so an export can be compared with what was
imported, and an edit changes only the lines of its outlet.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import yaml

from services.ingest.registry import RegisteredOutlet
from shared.yaml_lines import LocatedDocument

WIDTH = 100


class _Plain(yaml.SafeDumper):
    """Lists inside fields are indented, as people write them."""

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:  # noqa: ARG002
        """Indent every list, also one under a key."""
        super().increase_indent(flow, indentless=False)


def _codes(dumper: yaml.SafeDumper, codes: tuple[str, ...]) -> yaml.Node:
    return dumper.represent_sequence("tag:yaml.org,2002:seq", list(codes), flow_style=True)


_Plain.add_representer(tuple, _codes)


def file_text(country: str, outlets: Sequence[RegisteredOutlet]) -> str:
    """Return a whole file of the *outlets* of one country."""
    return f"country: {country}\noutlets:\n{''.join(outlet_text(one) for one in outlets)}"


def outlet_text(outlet: RegisteredOutlet) -> str:
    """Return the lines of one outlet, as an element of the list `outlets`."""
    text = yaml.dump(
        [outlet_fields(outlet)], Dumper=_Plain, sort_keys=False, allow_unicode=True, width=WIDTH
    )
    return "".join(f"  {line}\n" for line in text.splitlines())


def outlet_fields(outlet: RegisteredOutlet) -> dict[str, Any]:
    """Return the outlet's fields in the order in which files have them, without its country."""
    fields = outlet.model_dump(mode="python", exclude={"country"})
    fields = {name: _plain(value) for name, value in fields.items()}
    fields["languages"] = outlet.languages
    for name, facts in fields["ownership"].items():
        fields["ownership"][name] = [_subject_first(fact) for fact in facts]
    for source in fields["sources"]:
        if source["link_pattern"] is None:
            del source["link_pattern"]
    return fields


def _subject_first(fact: dict[str, Any]) -> dict[str, Any]:
    """Return *fact* with who it is about before its days and its source."""
    subject = [name for name in ("owner_id", "owner_kind", "controlled_by") if name in fact]
    return {name: fact[name] for name in (*subject, *fact)}


def _plain(value: Any) -> Any:
    """Return *value* with the words of vocabularies as text and tuples as lists."""
    if isinstance(value, dict):
        return {name: _plain(one) for name, one in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(one) for one in value]
    return str(value) if isinstance(value, str) else value


def with_outlet(text: str, outlet: RegisteredOutlet) -> str:
    """Return the file *text* with *outlet* in the place of the one of its id, or at the end.

    Every other line, comments too, stays as it is.
    """
    document = LocatedDocument(f"{outlet.country.lower()}.yaml", text)
    content: Any = document.value
    lines = text.splitlines(keepends=True)
    ids = [fields["outlet_id"] for fields in content["outlets"]]
    starts = [document.line(("outlets", index)) - 1 for index in range(len(ids))]
    if outlet.outlet_id not in ids:
        ending = "" if text.endswith("\n") else "\n"
        return text + ending + outlet_text(outlet)
    index = ids.index(outlet.outlet_id)
    begin, end = starts[index], [*starts, len(lines)][index + 1]
    while lines[end - 1].lstrip()[:1] in {"", "#"}:  # what is said before the next outlet
        end -= 1
    return "".join([*lines[:begin], outlet_text(outlet), *lines[end:]])
