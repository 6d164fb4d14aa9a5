"""Prometheus beside `make up`, where Debian's package is installed: rules and graphs as in compose.

Its configuration is deploy/observability/prometheus.local.yml, with the ports and paths of
the instance put in.
"""

from __future__ import annotations

import shutil
import urllib.request
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

from deploy.local.engine import Instance, Launch
from deploy.local.paths import REPOSITORY
from deploy.local.ports import HOST

OBSERVABILITY = REPOSITORY / "deploy" / "observability"
HEALTH_SECONDS = 2.0


class Prometheus:
    """The keeper of measurements."""

    port_names = ("prometheus",)

    def prepare(self, instance: Instance) -> Launch:
        """Write the configuration and return how it starts."""
        folder = instance.folder("prometheus")
        text = (OBSERVABILITY / "prometheus.local.yml").read_text(encoding="utf-8")
        adapted = adapt(yaml.safe_load(text), instance.ports, OBSERVABILITY)
        file = folder / "prometheus.yml"
        file.write_text(yaml.safe_dump(adapted, sort_keys=False), encoding="utf-8")
        listen = f"--web.listen-address={HOST}:{instance.ports['prometheus']}"
        where = [f"--config.file={file}", f"--storage.tsdb.path={folder / 'data'}", listen]
        return Launch([shutil.which("prometheus") or "prometheus", *where])

    def healthy(self, instance: Instance) -> bool:
        """Return whether it answers."""
        address = f"http://{HOST}:{instance.ports['prometheus']}/-/ready"
        try:
            with urllib.request.urlopen(address, timeout=HEALTH_SECONDS) as answer:
                return bool(answer.status == 200)  # noqa: PLR2004 - OK
        except OSError:
            return False


def adapt(
    configuration: Mapping[str, Any], ports: Mapping[str, int], folder: Path
) -> dict[str, Any]:
    """Return *configuration* with each service's port, whole paths, and no Alertmanager.

    Shape of the jobs: static_configs whose label `service` names a port of *ports*.
    """
    jobs = [
        {**job, "static_configs": [_target(entry, ports) for entry in job["static_configs"]]}
        for job in configuration["scrape_configs"]
    ]
    rules = [str(folder / pattern) for pattern in configuration.get("rule_files", [])]
    kept = {name: part for name, part in configuration.items() if name != "alerting"}
    return {**kept, "rule_files": rules, "scrape_configs": jobs}


def _target(entry: Mapping[str, Any], ports: Mapping[str, int]) -> dict[str, Any]:
    return {**entry, "targets": [f"{HOST}:{ports[entry['labels']['service']]}"]}
