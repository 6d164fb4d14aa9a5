"""Who may import whom: the arrows of ARCHITECTURE.md, held by reading every import."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SERVICES = ("ingest", "analysis", "alerts", "portal")
# What begins a process, or puts one together; nothing else may import these, only each other.
ENTRANCES = frozenset({"__main__", "asgi", "composition", "worker"})
# A library that only one module may know -> that module.
ALONE = {"motor": "shared.mongo", "pymongo": "shared.mongo", "faust": "shared.worker"}


@dataclass(frozen=True)
class Arrow:
    """One import: from the module that has it to the module it names."""

    source: str
    target: str

    def __str__(self) -> str:
        return f"{self.source} imports {self.target}"


def module_name(path: Path) -> str:
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def targets(node: ast.AST) -> Iterator[str]:
    if isinstance(node, ast.Import):
        yield from (name.name for name in node.names)
    elif isinstance(node, ast.ImportFrom) and node.module:
        assert node.level == 0, "imports are absolute: a moved file must not change its meaning"
        yield node.module
        yield from (f"{node.module}.{name.name}" for name in node.names)


def arrows(folder: str) -> list[Arrow]:
    return [
        Arrow(module_name(path), target)
        for path in sorted((ROOT / folder).rglob("*.py"))
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        for target in targets(node)
    ]


def into(target: str, *packages: str) -> bool:
    return any(target == one or target.startswith(f"{one}.") for one in packages)


def test_shared_imports_nothing_of_those_who_share_it() -> None:
    wrong = [one for one in arrows("shared") if into(one.target, "services", "deploy", "tests")]
    assert not wrong, "\n".join(map(str, wrong))


@pytest.mark.parametrize("service", SERVICES)
def test_a_service_imports_itself_and_shared_alone(service: str) -> None:
    others = tuple(f"services.{name}" for name in SERVICES if name != service)
    found = arrows(f"services/{service}")
    wrong = [one for one in found if into(one.target, *others, "deploy", "tests")]
    assert not wrong, "\n".join(map(str, wrong))


def test_deploy_does_not_import_tests() -> None:
    wrong = [one for one in arrows("deploy") if into(one.target, "tests")]
    assert not wrong, "\n".join(map(str, wrong))


@pytest.mark.parametrize("library", sorted(ALONE))
def test_one_module_alone_knows_the_library(library: str) -> None:
    found = [one for folder in ("shared", "services", "deploy") for one in arrows(folder)]
    wrong = [one for one in found if into(one.target, library) and one.source != ALONE[library]]
    assert not wrong, "\n".join(map(str, wrong))


@pytest.mark.parametrize("service", SERVICES)
def test_nothing_of_a_service_imports_its_entrances(service: str) -> None:
    wrong = [
        one
        for one in arrows(f"services/{service}")
        if one.source.rpartition(".")[2] not in ENTRANCES | {"commands"}
        and any(part in ENTRANCES for part in one.target.split(".")[2:])
        and into(one.target, f"services.{service}")
    ]
    assert not wrong, "\n".join(map(str, wrong))


@pytest.mark.parametrize("service", SERVICES)
def test_handlers_are_called_by_entrances_alone(service: str) -> None:
    wrong = [
        one
        for one in arrows(f"services/{service}")
        if one.source.rpartition(".")[2] not in ENTRANCES
        and into(one.target, f"services.{service}")
        and one.target.endswith(".handler.handle")
    ]
    assert not wrong, "\n".join(map(str, wrong))
