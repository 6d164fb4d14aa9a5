"""The services that an instance runs: their commands, principals and ports."""

from __future__ import annotations

import urllib.request
from dataclasses import dataclass

from shared.topics import MONITOR

OK = 200


@dataclass(frozen=True, slots=True)
class Service:
    """One service as a local process; its port has the same name."""

    name: str
    module: str
    principal: str
    port_setting: str = "TOCSIN_OPS_PORT"


SERVICES: tuple[Service, ...] = (
    Service("ingest", "services.ingest", "ingest"),
    Service("analysis", "services.analysis", "analysis"),
    Service("alerts", "services.alerts", "alerts"),
    Service("indexer", "services.portal.indexer", "portal"),
    Service("lag", "deploy.observability.lag", MONITOR),
    Service("portal", "services.portal", "portal", port_setting="TOCSIN_PORTAL_PORT"),
)


def service(name: str) -> Service:
    """Return the service called *name*; KeyError if there is none."""
    for candidate in SERVICES:
        if candidate.name == name:
            return candidate
    raise KeyError(name)


def answers(address: str) -> bool:
    """Return whether a service says at *address* that it is ready."""
    try:
        with urllib.request.urlopen(address, timeout=2) as answer:  # noqa: S310 - our own address
            return bool(answer.status == OK)
    except OSError:
        return False
