"""The ports of an instance: fixed ones that a person can remember, free ones for tests.

Each fixed port can be changed by TOCSIN_<NAME>_PORT.
"""

from __future__ import annotations

import os
import socket
from collections.abc import Iterable, Mapping

from deploy.local.errors import LocalError

HOST = "127.0.0.1"
DEFAULTS: Mapping[str, int] = {
    "kafka": 9092,
    "kafka_controller": 9094,
    "mongo": 27017,
    "elasticsearch": 9200,
    "elasticsearch_transport": 9300,
    "prometheus": 9090,
    "ingest": 8071,
    "analysis": 8072,
    "alerts": 8073,
    "indexer": 8074,
    "lag": 8075,
    "portal": 8080,
}
HIGHEST = 65535


def variable(name: str) -> str:
    """Return the setting that changes the port called *name*."""
    return f"TOCSIN_{name.upper()}_PORT"


def fixed_ports(
    environment: Mapping[str, str] = os.environ, defaults: Mapping[str, int] = DEFAULTS
) -> dict[str, int]:
    """Return the default ports with the changes that *environment* makes."""
    return {name: _chosen(environment, name, port) for name, port in defaults.items()}


def _chosen(environment: Mapping[str, str], name: str, default: int) -> int:
    text = environment.get(variable(name), str(default))
    if not text.isdecimal() or not 0 < int(text) <= HIGHEST:
        raise LocalError(f"{variable(name)} must be a port from 1 to {HIGHEST}, not {text!r}.")
    return int(text)


def free_ports() -> dict[str, int]:
    """Return a free port for every name; all are held until the last is found."""
    sockets = {name: socket.socket() for name in DEFAULTS}
    try:
        for holder in sockets.values():
            holder.bind((HOST, 0))
        return {name: int(holder.getsockname()[1]) for name, holder in sockets.items()}
    finally:
        for holder in sockets.values():
            holder.close()


def taken(port: int) -> bool:
    """Return whether something listens on *port* of the loopback address."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError:
            return True
    return False


def check_free(ports: Mapping[str, int], names: Iterable[str]) -> None:
    """Raise LocalError for the first of *names* whose port is in use."""
    for name in names:
        if taken(ports[name]):
            raise LocalError(
                f"Port {ports[name]} for {name} is taken by another program:"
                f" stop it, or set {variable(name)} to a free port."
            )
