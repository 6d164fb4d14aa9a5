"""The rules are run by Prometheus' own tool; without it these tests fail, not skip."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from prometheus_client import REGISTRY
from prometheus_client.metrics import MetricWrapperBase

from shared import metrics

ROOT = Path(__file__).parents[3]
OBSERVABILITY = ROOT / "deploy" / "observability"
RULES = OBSERVABILITY / "rules" / "tocsin.rules.yml"
RULE_TESTS = OBSERVABILITY / "rules" / "tocsin.test.yml"
DASHBOARD = OBSERVABILITY / "grafana" / "dashboards" / "tocsin.json"
OWN_METRIC = re.compile(r"\btocsin_[a-z_]+")
RECORDED = re.compile(r"\b\w+:\w+:\w+\b")


def promtool(*arguments: str) -> None:
    tool = shutil.which("promtool")
    assert tool is not None, "promtool is missing: apt install prometheus (make doctor says more)"
    done = subprocess.run([tool, *arguments], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("name", ["prometheus.yml", "prometheus.local.yml"])
def test_prometheus_accepts_its_configuration(name: str) -> None:
    promtool("check", "config", str(OBSERVABILITY / name))


def test_prometheus_accepts_the_rules() -> None:
    promtool("check", "rules", str(RULES))


def test_every_rule_fires_when_it_must_and_not_otherwise() -> None:
    promtool("test", "rules", str(RULE_TESTS))


def test_alertmanager_accepts_its_configuration() -> None:
    tool = shutil.which("amtool")
    if tool is None:
        pytest.skip("amtool is optional: it comes with Debian's prometheus-alertmanager")
    path = str(OBSERVABILITY / "alertmanager.yml")
    done = subprocess.run([tool, "check-config", path], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_every_rule_has_a_case_and_a_runbook() -> None:
    cases = {
        case["alertname"]
        for test in yaml.safe_load(RULE_TESTS.read_text())["tests"]
        for case in test["alert_rule_test"]
        if case["exp_alerts"]
    }
    for rule in alert_rules():
        assert rule["alert"] in cases, f"no test lets {rule['alert']} fire"
        assert (ROOT / rule["annotations"]["runbook"]).is_file(), rule["annotations"]["runbook"]


def test_rules_use_metrics_that_exist() -> None:
    for rule in rules():
        assert used(rule["expr"]) <= exported(), rule


def test_dashboard_uses_metrics_that_exist() -> None:
    recorded = {rule["record"] for rule in rules() if "record" in rule}
    for expression in dashboard_expressions():
        assert used(expression) <= exported(), expression
        assert set(RECORDED.findall(expression)) <= recorded, expression


def test_dashboard_panels_have_their_own_ids_and_say_what_they_show() -> None:
    panels = json.loads(DASHBOARD.read_text())["panels"]
    assert len({panel["id"] for panel in panels}) == len(panels)
    assert all(panel["title"] and panel["description"] for panel in panels)


def test_every_service_is_scraped_in_compose_and_locally() -> None:
    services = {"ingest", "analysis", "alerts", "indexer", "portal", "lag"}
    for name in ("prometheus.yml", "prometheus.local.yml"):
        jobs = yaml.safe_load((OBSERVABILITY / name).read_text())["scrape_configs"]
        (job,) = [job for job in jobs if job["job_name"] == "tocsin"]
        assert {one["labels"]["service"] for one in job["static_configs"]} == services


def rules() -> Iterator[dict[str, Any]]:
    for group in yaml.safe_load(RULES.read_text())["groups"]:
        yield from group["rules"]


def alert_rules() -> Iterator[dict[str, Any]]:
    return (rule for rule in rules() if "alert" in rule)


def dashboard_expressions() -> Iterator[str]:
    for panel in json.loads(DASHBOARD.read_text())["panels"]:
        for target in panel["targets"]:
            yield target["expr"]


def used(expression: str) -> set[str]:
    """Return our own metrics in *expression*; the text in quotes is no metric."""
    return set(OWN_METRIC.findall(re.sub(r'"[^"]*"', "", expression)))


def exported() -> set[str]:
    """Return every name under which shared/metrics.py exports a series."""
    collectors = REGISTRY._collector_to_names
    defined = [one for one in vars(metrics).values() if isinstance(one, MetricWrapperBase)]
    return {name for one in defined for name in collectors[one]}
