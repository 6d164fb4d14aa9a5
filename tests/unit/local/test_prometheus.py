from __future__ import annotations

import yaml

from deploy.local.ports import DEFAULTS
from deploy.local.prometheus import OBSERVABILITY, adapt
from deploy.local.services import SERVICES


def test_every_service_is_watched_on_the_port_of_the_instance() -> None:
    ports = {name: 20_000 + number for number, name in enumerate(DEFAULTS)}
    whole = yaml.safe_load((OBSERVABILITY / "prometheus.local.yml").read_text())
    adapted = adapt(whole, ports, OBSERVABILITY)
    watched = {
        target["labels"]["service"]: target["targets"]
        for job in adapted["scrape_configs"]
        for target in job["static_configs"]
    }
    assert watched == {one.name: [f"127.0.0.1:{ports[one.name]}"] for one in SERVICES}
    assert "alerting" not in adapted
    assert all(rule.startswith(str(OBSERVABILITY)) for rule in adapted["rule_files"])
