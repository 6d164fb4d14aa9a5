"""Operators' and linguists' YAML files: read, checked against a schema, refused by line."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any, cast

import yaml
from jsonschema import Draft202012Validator

from shared.errors import ConfigurationError

SCHEMAS = Path(__file__).parent / "schemas"


def load_document(path: Path, schema: str) -> dict[str, Any]:
    """Return the content of *path*; ConfigurationError names the file, line and mistake."""
    try:
        source = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigurationError(f"{path} cannot be read: {error}.") from error
    try:
        content = yaml.load(source, Loader=yaml.CSafeLoader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        where = f"{path}:{mark.line + 1}" if mark else str(path)
        raise ConfigurationError(f"{where}: {error.problem}.") from error
    _check(path, source, content, schema)
    return cast("dict[str, Any]", content)


def line_of(source: str, steps: Iterable[str | int]) -> int:
    """Return the line, from 1, of the value that *steps* (keys and indices) lead to."""
    node = yaml.compose(source, Loader=yaml.SafeLoader)
    for step in steps:
        child = _child(node, step)
        if child is None:
            break
        node = child
    return 1 if node is None else int(node.start_mark.line) + 1


def _check(path: Path, source: str, content: object, schema: str) -> None:
    definition = json.loads((SCHEMAS / f"{schema}.json").read_text(encoding="utf-8"))
    errors = sorted(Draft202012Validator(definition).iter_errors(content), key=lambda e: e.path)
    if errors:
        error = errors[0]
        line = line_of(source, error.absolute_path)
        where = ".".join(str(step) for step in error.absolute_path)
        raise ConfigurationError(f"{path}:{line}: {where or 'the file'}: {error.message}.")


def _child(node: yaml.Node | None, step: str | int) -> yaml.Node | None:
    if isinstance(node, yaml.SequenceNode) and isinstance(step, int):
        return cast("yaml.Node", node.value[step])
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            if key.value == str(step):
                return cast("yaml.Node", value)
    return None
