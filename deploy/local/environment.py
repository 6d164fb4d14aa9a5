"""The TOCSIN_ variables by which a process finds the engines of an instance."""

from __future__ import annotations

import os
from collections.abc import Mapping

from deploy.local.elasticsearch import HEAP_VARIABLE
from deploy.local.engine import Instance
from deploy.local.mongo import url
from deploy.local.passwords import password_file
from deploy.local.ports import DEFAULTS, HOST, variable
from deploy.local.services import Service

MONGO_URL = "TOCSIN_MONGO_URL"


def principal_environment(instance: Instance, principal: str, env: str) -> dict[str, str]:
    """Return the variables of a program that acts as *principal*."""
    own = {
        "TOCSIN_ENV": env,
        "TOCSIN_STATE_DIR": str(instance.root),
        "TOCSIN_CAPTURES_DIR": str(instance.root / "captures"),
        "TOCSIN_KAFKA_BOOTSTRAP": f"{HOST}:{instance.ports['kafka']}",
        "TOCSIN_KAFKA_USERNAME": principal,
        "TOCSIN_KAFKA_PASSWORD_FILE": str(password_file(instance.root, principal)),
        "TOCSIN_ELASTICSEARCH_URL": f"http://{HOST}:{instance.ports['elasticsearch']}",
    }
    if MONGO_URL not in os.environ:
        own[MONGO_URL] = url(instance)
    return own


def service_environment(instance: Instance, service: Service, env: str) -> dict[str, str]:
    """Return the variables of *service*: its principal's and its port."""
    port = {service.port_setting: str(instance.ports[service.name])}
    return principal_environment(instance, service.principal, env) | port


def process_environment(own: Mapping[str, str]) -> dict[str, str]:
    """Return our environment with *own* put over it, without what only launchers read."""
    launchers = {variable(name) for name in DEFAULTS} | {HEAP_VARIABLE}
    inherited = {name: value for name, value in os.environ.items() if name not in launchers}
    return {**inherited, "PYTHONUNBUFFERED": "1", **own}
