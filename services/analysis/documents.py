"""Operators' and linguists' YAML files: read, checked against a schema, refused by place."""

from __future__ import annotations

import json
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Any, cast

import yaml
from jsonschema import Draft202012Validator

from shared.errors import ConfigurationError

SCHEMAS = Path(__file__).parent / "schemas"
_FIRST = (1, 1)


def load_document(path: Path, schema: str) -> dict[str, Any]:
    """Return the content of *path*; ConfigurationError names file, line, column and mistake."""
    source = read_source(path)
    try:
        content = yaml.load(source, Loader=yaml.CSafeLoader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        where = f"{path}:{mark.line + 1}:{mark.column + 1}" if mark else str(path)
        raise ConfigurationError(f"{where}: {error.problem}.") from error
    except yaml.YAMLError as error:  # a character that YAML does not allow
        raise ConfigurationError(f"{path} cannot be read: {error}.") from error
    _check(path, source, content, schema)
    return cast("dict[str, Any]", content)


def read_source(path: Path) -> str:
    """Return the file's text; ConfigurationError where it is absent or no UTF-8."""
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigurationError(f"{path} cannot be read: {error}.") from error


def refusal(path: Path, steps: Iterable[str | int], mistake: str) -> ConfigurationError:
    """Return the error for a mistake at the value that *steps* (keys and indices) lead to."""
    line, column = position(read_source(path), steps)
    return ConfigurationError(f"{path}:{line}:{column}: {mistake}")


def position(source: str, steps: Iterable[str | int]) -> tuple[int, int]:
    """Return line and column, from 1, of the value that *steps* lead to, as far as they lead."""
    node = yaml.compose(source, Loader=yaml.SafeLoader)
    for step in steps:
        child = _child(node, step)
        if child is None:
            break
        node = child
    return _FIRST if node is None else (node.start_mark.line + 1, node.start_mark.column + 1)


def _check(path: Path, source: str, content: object, schema: str) -> None:
    errors = sorted(
        _validator(schema).iter_errors(content), key=lambda error: list(map(str, error.path))
    )
    if errors:
        error = errors[0]
        line, column = position(source, error.absolute_path)
        where = ".".join(str(step) for step in error.absolute_path)
        mistake = f"{where or 'the file'}: {error.message}."
        raise ConfigurationError(f"{path}:{line}:{column}: {mistake}")


@cache
def _validator(schema: str) -> Draft202012Validator:
    return Draft202012Validator(
        json.loads((SCHEMAS / f"{schema}.json").read_text(encoding="utf-8"))
    )


def _child(node: yaml.Node | None, step: str | int) -> yaml.Node | None:
    if isinstance(node, yaml.SequenceNode) and isinstance(step, int):
        return cast("yaml.Node", node.value[step])
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            if key.value == str(step):
                return cast("yaml.Node", value)
    return None
