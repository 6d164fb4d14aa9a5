"""The flat list of a schema's fields, by which removals and renamings are noticed.

A line is a path and the JSON types found there, as in `matches[].strength number`. Vocabularies
may grow, so of an enumeration only `string` is listed.
"""

from collections.abc import Iterator
from typing import Any

Schema = dict[str, Any]


def field_lines(schema: Schema) -> list[str]:
    """Return one sorted line for each field of the schema, those of its parts included."""
    return sorted(_lines(schema, "", schema.get("$defs", {})))


def _lines(node: Schema, path: str, definitions: dict[str, Schema]) -> Iterator[str]:
    node = _resolved(node, definitions)
    for name, child in node.get("properties", {}).items():
        here = f"{path}.{name}" if path else name
        yield f"{here} {'|'.join(sorted(_types(child, definitions)))}"
        yield from _nested(child, here, definitions)


def _nested(node: Schema, path: str, definitions: dict[str, Schema]) -> Iterator[str]:
    node = _resolved(node, definitions)
    for choice in node.get("anyOf", [node]):
        inner = _resolved(choice, definitions)
        if "items" in inner:
            yield from _nested(inner["items"], f"{path}[]", definitions)
        else:
            yield from _lines(inner, path, definitions)


def _types(node: Schema, definitions: dict[str, Schema]) -> set[str]:
    node = _resolved(node, definitions)
    if "anyOf" in node:
        return {name for choice in node["anyOf"] for name in _types(choice, definitions)}
    return {_array(node, definitions) if node["type"] == "array" else str(node["type"])}


def _array(node: Schema, definitions: dict[str, Schema]) -> str:
    return f"[{'|'.join(sorted(_types(node['items'], definitions)))}]"


def _resolved(node: Schema, definitions: dict[str, Schema]) -> Schema:
    reference = node.get("$ref")
    return definitions[reference.rpartition("/")[2]] if reference else node
