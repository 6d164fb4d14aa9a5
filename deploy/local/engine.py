"""What the stack needs to know of an engine, whichever it is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from deploy.local.paths import REPOSITORY


@dataclass(frozen=True, slots=True)
class Instance:
    """Where one instance of the engines keeps its files, and its ports."""

    root: Path
    ports: Mapping[str, int]

    def folder(self, engine: str) -> Path:
        """Return the folder of one engine's configuration and data, made if need be."""
        folder = self.root / engine
        folder.mkdir(parents=True, exist_ok=True)
        return folder


@dataclass(frozen=True, slots=True)
class Launch:
    """How a process is started: its command, its environment, its working folder.

    `wrapper` is what runs the command as another user; a leash must come after it.
    """

    command: Sequence[str]
    environment: Mapping[str, str] = field(default_factory=dict)
    folder: Path = REPOSITORY
    wrapper: Sequence[str] = ()


class Engine(Protocol):
    """One engine: a module's functions, gathered by `ENGINES` in stack.py."""

    @property
    def port_names(self) -> Sequence[str]:
        """Return the ports that it listens on."""

    def prepare(self, instance: Instance) -> Launch:
        """Write its configuration, format its storage once, and return how it starts."""

    def healthy(self, instance: Instance) -> bool:
        """Return whether it serves requests now."""
