"""The booted installation as its operator's own commands find it, from the machine beneath it."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import yaml

from deploy.check.clone import NAME, compose_says
from deploy.check.namespace import cover
from deploy.check.paths import CLONE, ROOT
from deploy.check.shell import ask, run
from deploy.local.errors import LocalError
from shared.settings import PREFIX, Settings, load_settings

HOSTS = ROOT / "own-etc-hosts"
NETWORK = "tocsin_inside"
NAMING_SECONDS = 3.0
MOUNT = "/run/secrets"
AUTHORITY = "/data/caddy/pki/authorities/local/root.crt"
# Folders that are within containers alone.
WITHIN = {"TOCSIN_CONFIG_DIR", "TOCSIN_STATE_DIR"}


def name_containers() -> None:
    """Let the containers' names mean their addresses of now; they change when one starts anew."""
    lines = ["127.0.0.1 localhost", f"127.0.0.1 {NAME}"]
    for one in containers():
        network = one["NetworkSettings"]["Networks"].get(NETWORK) or {}
        if address := network.get("IPAddress"):
            lines.append(f"{address} {service_of(one)}")
    text = "\n".join(lines) + "\n"
    if HOSTS.exists() and Path("/etc/hosts").samefile(HOSTS):
        HOSTS.write_text(text, encoding="ascii")
    else:
        cover("/etc/hosts", text)


@contextmanager
def containers_named() -> Iterator[None]:
    """Keep the containers' names right while the block lasts."""
    ended = threading.Event()

    def keep() -> None:
        while not ended.wait(NAMING_SECONDS):
            with contextlib.suppress(LocalError):  # one that is just being made anew
                name_containers()

    name_containers()
    thread = threading.Thread(target=keep, daemon=True)
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join()


def containers() -> list[dict[str, Any]]:
    """Return what the container engine knows of each container of the installation."""
    found = compose_says("ps", "--quiet").split()
    inspected: list[dict[str, Any]] = json.loads(ask(["docker", "inspect", *found]))
    return inspected


def service_of(found: Mapping[str, Any]) -> str:
    """Return which service of the compose file a container is of."""
    return str(found["Config"]["Labels"]["com.docker.compose.service"])


def container(service: str) -> dict[str, Any]:
    """Return what is known of the one container of *service*."""
    (found,) = (one for one in containers() if service_of(one) == service)
    return found


def proxy_authority() -> Path:
    """Return the certificate of the authority that the proxy has made for itself."""
    path = ROOT / "authority.crt"
    run(["docker", "cp", f"{container('proxy')['Id']}:{AUTHORITY}", path], "clone")
    return path


def kill(service: str) -> None:
    """Kill a container's first process, as the kernel would: the engine is not asked for it.

    A container that the engine was asked to kill is not started again.
    """
    os.kill(int(container(service)["State"]["Pid"]), signal.SIGKILL)


def operator_settings() -> Settings:
    """Return the settings of the container in which operators' commands run."""
    compose = yaml.safe_load((CLONE / "docker-compose.yml").read_text(encoding="utf-8"))
    variables = compose["services"]["prepare"]["environment"]
    secrets = str(CLONE / "deploy/compose/secrets")
    values: dict[str, object] = {
        name.removeprefix(PREFIX).lower(): str(value).replace(MOUNT, secrets)
        for name, value in variables.items()
        if name not in WITHIN
    }
    return load_settings(**values)
