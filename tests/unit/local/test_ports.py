from __future__ import annotations

import pytest

from deploy.demo.ports import PORTS, demo_ports
from deploy.local import ports
from deploy.local.errors import LocalError
from shared.settings import LAUNCHER_VARIABLES, Settings


def test_a_setting_changes_a_port() -> None:
    assert ports.fixed_ports({"TOCSIN_KAFKA_PORT": "19092"})["kafka"] == 19092
    assert ports.fixed_ports({})["kafka"] == 9092


@pytest.mark.parametrize("text", ["", "0", "65536", "9092x", "-1"])
def test_an_impossible_port_is_named(text: str) -> None:
    with pytest.raises(LocalError, match="TOCSIN_MONGO_PORT must be a port"):
        ports.fixed_ports({"TOCSIN_MONGO_PORT": text})


def test_the_services_know_every_port_that_launchers_read() -> None:
    known = LAUNCHER_VARIABLES | {f"TOCSIN_{name.upper()}" for name in Settings.model_fields}
    assert {ports.variable(name) for name in (*ports.DEFAULTS, *PORTS)} <= known


def test_an_outlets_port_is_checked_like_any_other(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TOCSIN_DEMO_PORT", "x")
    with pytest.raises(LocalError, match="TOCSIN_DEMO_PORT must be a port"):
        demo_ports({})


def test_a_taken_port_is_said_with_the_setting_that_changes_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(ports, "taken", lambda port: port == 9200)
    with pytest.raises(LocalError) as refusal:
        ports.check_free(ports.DEFAULTS, ["kafka", "elasticsearch"])
    assert "Port 9200" in str(refusal.value)
    assert "TOCSIN_ELASTICSEARCH_PORT" in str(refusal.value)
    assert str(refusal.value).count(".") == 1


def test_default_ports_differ() -> None:
    assert len(set(ports.DEFAULTS.values())) == len(ports.DEFAULTS)
