"""YAML with a memory of lines, so that a mistake in a file can be shown where it stands."""

from __future__ import annotations

from typing import Any

import yaml

from shared.errors import ConfigurationError

Path = tuple[str | int, ...]


# libyaml where PyYAML was built with it: ten times faster, and the same nodes.
_Base: type[yaml.SafeLoader] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class _Scalars(_Base):  # type: ignore[misc, valid-type] # chosen when this is imported
    """SafeLoader that reads "no" and "on" as text: they are country and language codes."""


_Scalars.yaml_implicit_resolvers = {
    first: [
        (tag, pattern)
        for tag, pattern in resolvers
        if tag != "tag:yaml.org,2002:bool" or first in "tTfF"
    ]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


class LocatedDocument:
    """The plain values of one YAML file, and the line of each of them."""

    def __init__(self, name: str, text: str) -> None:
        self.name = name
        self._lines: dict[Path, int] = {}
        self._scalars = _Scalars("")
        try:
            root = yaml.compose(text, Loader=_Scalars)
        except yaml.YAMLError as error:
            mark = getattr(error, "problem_mark", None)
            line = mark.line + 1 if mark is not None else 1
            problem = getattr(error, "problem", None) or "cannot be read"
            raise self.error(line, f"this is not YAML: {problem}") from error
        self.value = None if root is None else self._read(root, ())

    def line(self, path: Path) -> int:
        """Return the line of the value at *path*, or of what contains it."""
        while path and path not in self._lines:
            path = path[:-1]
        return self._lines.get(path, 1)

    def error(self, line: int, reason: str) -> ConfigurationError:
        """Return the error for the operator: file, line, reason."""
        return ConfigurationError(f"{self.name}, line {line}: {reason}.")

    def _read(self, node: yaml.Node, path: Path) -> Any:
        self._lines.setdefault(path, node.start_mark.line + 1)
        if isinstance(node, yaml.SequenceNode):
            return [self._read(child, (*path, index)) for index, child in enumerate(node.value)]
        if isinstance(node, yaml.MappingNode):
            return self._read_mapping(node, path)
        return self._scalars.construct_object(node)

    def _read_mapping(self, node: yaml.MappingNode, path: Path) -> dict[str, Any]:
        values: dict[str, Any] = {}
        for key_node, value_node in node.value:
            key = str(self._scalars.construct_object(key_node))
            if key in values:
                raise self.error(key_node.start_mark.line + 1, f"{key} is given twice")
            self._lines[(*path, key)] = key_node.start_mark.line + 1
            values[key] = self._read(value_node, (*path, key))
        return values
