"""What an operator relies on in docker-compose.yml, asserted on the parsed file."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from deploy.compose import credentials
from deploy.local import services as local_services
from deploy.migrate.kafka_users import password_file
from shared.settings import Settings
from shared.topics import MONITOR, PRINCIPALS, SUBSCRIBERS

ROOT = Path(__file__).parents[3]
COMPOSE: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
ENGINES = {"kafka", "mongo", "elasticsearch"}
WATCHERS = {"prometheus", "alertmanager", "grafana"}
PROXY = "proxy"
OURS = {"prepare", "ingest", "analysis", "alerts", "indexer", "portal", "lag"}
LIMIT_MEGABYTES = 8_000  # the smallest supported server has 8 GB; decimal is the stricter reading
FIRST_SAFE_ELASTICSEARCH = {(9, 4): 5, (9, 5): 1}  # CVE-2026-72639


def megabytes(limit: str) -> float:
    assert limit.endswith("m"), limit
    return int(limit[:-1]) * 1024 * 1024 / 1e6


def test_file_names_exactly_these_services() -> None:
    assert set(SERVICES) == ENGINES | WATCHERS | OURS | {PROXY}


@pytest.mark.parametrize("name", sorted(OURS))
def test_own_services_are_hardened(name: str) -> None:
    service = SERVICES[name]
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert "cap_add" not in service
    assert "privileged" not in service
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert [mount.split(":")[0] for mount in service["tmpfs"]] == ["/tmp"]  # noqa: S108
    assert service["pids_limit"] > 0
    assert service["init"] is True


@pytest.mark.parametrize("name", sorted(ENGINES | WATCHERS))
def test_engines_have_no_capability_and_gain_none(name: str) -> None:
    service = SERVICES[name]
    assert service["cap_drop"] == ["ALL"]
    assert "cap_add" not in service
    assert "no-new-privileges:true" in service["security_opt"]


def test_proxy_may_have_low_ports_and_nothing_else() -> None:
    service = SERVICES[PROXY]
    assert service["cap_drop"] == ["ALL"]
    assert service["cap_add"] == ["NET_BIND_SERVICE"]
    assert "no-new-privileges:true" in service["security_opt"]
    assert service["read_only"] is True


@pytest.mark.parametrize("name", sorted(SERVICES))
def test_every_container_is_limited(name: str) -> None:
    assert float(SERVICES[name]["cpus"]) > 0
    assert megabytes(SERVICES[name]["mem_limit"]) > 0
    assert SERVICES[name]["logging"]["options"]["max-size"]


def test_memory_limits_fit_the_smallest_server() -> None:
    assert sum(megabytes(service["mem_limit"]) for service in SERVICES.values()) < LIMIT_MEGABYTES


@pytest.mark.parametrize(
    ("name", "variable"), [("kafka", "KAFKA_HEAP_OPTS"), ("elasticsearch", "ES_JAVA_OPTS")]
)
def test_heap_leaves_room_for_the_rest_of_the_engine(name: str, variable: str) -> None:
    options = SERVICES[name]["environment"][variable]
    (heap,) = set(re.findall(r"-Xm[sx](\d+)m", options))
    assert int(heap) <= int(SERVICES[name]["mem_limit"][:-1]) * 0.6


@pytest.mark.parametrize("name", sorted(SERVICES))
def test_ports_are_on_loopback_but_for_the_proxy(name: str) -> None:
    ports = SERVICES[name].get("ports", [])
    if name == PROXY:
        assert ports == ["80:80", "443:443"]
    for port in ports if name != PROXY else []:
        assert re.fullmatch(r"127\.0\.0\.1:\d+:\d+", port)


def test_portal_is_reached_by_the_proxy_and_believes_its_network_alone() -> None:
    assert "ports" not in SERVICES["portal"]
    assert {name for name in SERVICES if "front" in SERVICES[name]["networks"]} == {
        "portal",
        PROXY,
    }
    (subnet,) = (one["subnet"] for one in COMPOSE["networks"]["front"]["ipam"]["config"])
    trusted = SERVICES["portal"]["environment"]["TOCSIN_PORTAL_TRUSTED_PROXIES"]
    assert trusted == f'["{subnet}"]'


def test_everybody_but_the_administrator_proves_a_password_without_sending_it() -> None:
    for name in OURS:
        mechanism = SERVICES[name]["environment"]["TOCSIN_KAFKA_MECHANISM"]
        assert mechanism == ("PLAIN" if name == "prepare" else "SCRAM-SHA-512")


def test_built_in_user_of_the_search_engine_is_the_administrators_alone() -> None:
    for name in OURS:
        user = SERVICES[name]["environment"].get("TOCSIN_ELASTICSEARCH_USERNAME")
        expected = {"prepare": "elastic", "indexer": "portal", "portal": "portal"}.get(name)
        assert user == expected


@pytest.mark.parametrize("name", sorted(ENGINES))
def test_engines_are_reachable_from_inside_alone(name: str) -> None:
    assert SERVICES[name]["networks"] == ["inside"]
    assert "ports" not in SERVICES[name]
    assert COMPOSE["networks"]["inside"]["internal"] is True


@pytest.mark.parametrize("name", sorted(SERVICES))
def test_images_are_pinned_to_one_release(name: str) -> None:
    assert re.fullmatch(r"[a-z/]+:v?\d+\.\d+\.\d+", SERVICES[name]["image"])


def test_elasticsearch_is_a_release_that_one_request_cannot_end() -> None:
    major, minor, patch = map(int, SERVICES["elasticsearch"]["image"].split(":")[1].split("."))
    fixed = FIRST_SAFE_ELASTICSEARCH.get((major, minor))
    assert patch >= fixed if fixed is not None else (major, minor) > (9, 5)


@pytest.mark.parametrize("name", sorted(SERVICES))
def test_every_container_says_whether_it_is_healthy(name: str) -> None:
    check = SERVICES[name]["healthcheck"]
    if name == "prepare":  # it ends: its exit status is its health
        assert check == {"disable": True}
    else:
        assert check["test"][0] == "CMD"


def test_start_waits_for_healthy_engines_and_for_prepare() -> None:
    waits = SERVICES["prepare"]["depends_on"]
    assert waits == {name: {"condition": "service_healthy"} for name in ENGINES}
    for name in OURS - {"prepare"}:
        condition = SERVICES[name]["depends_on"]["prepare"]["condition"]
        assert condition == "service_completed_successfully"


def test_one_image_serves_every_service_and_is_built_once() -> None:
    assert {SERVICES[name]["image"] for name in OURS} == {"tocsin:0.1.0"}
    assert [name for name in SERVICES if "build" in SERVICES[name]] == ["prepare"]


@pytest.mark.parametrize("name", sorted(OURS))
def test_settings_are_known_and_hold_no_secret(name: str) -> None:
    known = {f"TOCSIN_{field.upper()}" for field in Settings.model_fields}
    for variable, value in SERVICES[name]["environment"].items():
        assert variable in known
        if "PASSWORD" in variable:
            secret = str(value).removeprefix("/run/secrets/")
            assert secret in SERVICES[name]["secrets"]


@pytest.mark.parametrize("name", sorted(SERVICES))
def test_no_password_stands_in_the_file(name: str) -> None:
    for variable, value in SERVICES[name].get("environment", {}).items():
        if "PASSWORD" in variable:
            assert str(value).startswith("/run/secrets/")


@pytest.mark.parametrize("name", sorted(OURS))
def test_service_is_its_own_principal(name: str) -> None:
    expected = {"prepare": "admin", "indexer": "portal", "lag": MONITOR}.get(name, name)
    assert SERVICES[name]["environment"]["TOCSIN_KAFKA_USERNAME"] == expected


def test_evidence_is_written_by_ingest_alone_and_verified_by_the_portal() -> None:
    holders = {
        name: volume.endswith(":ro")
        for name in OURS
        for volume in SERVICES[name]["volumes"]
        if volume.startswith("captures:")
    }
    assert holders == {"ingest": False, "portal": True}


@pytest.mark.parametrize("local", local_services.SERVICES, ids=lambda one: one.name)
def test_local_services_are_the_operators_services(local: local_services.Service) -> None:
    service = SERVICES[local.name]
    assert service["command"] == ["python", "-m", local.module]
    assert service["environment"]["TOCSIN_KAFKA_USERNAME"] == local.principal


def test_only_these_can_reach_the_internet() -> None:
    out = {name for name in SERVICES if "outside" in SERVICES[name]["networks"]}
    assert out == WATCHERS | {"ingest", PROXY}


def test_credentials_make_every_secret_that_compose_mounts(tmp_path: Path) -> None:
    made = set(credentials.create(tmp_path))
    assert made == set(COMPOSE["secrets"])
    for name, secret in COMPOSE["secrets"].items():
        assert secret["file"] == f"./deploy/compose/secrets/{name}"


def test_credentials_cover_every_principal(tmp_path: Path) -> None:
    credentials.create(tmp_path)
    wanted = {"admin", MONITOR, *PRINCIPALS, *(one.principal for one in SUBSCRIBERS)}
    assert wanted == set(credentials.KAFKA_PRINCIPALS)
    for name in wanted:
        assert password_file(tmp_path, name).exists()


def test_broker_knows_its_administrator_alone_beforehand(tmp_path: Path) -> None:
    credentials.create(tmp_path)
    login = (tmp_path / "kafka_jaas").read_text()
    password = (tmp_path / "kafka_admin_password").read_text()
    assert re.findall(r'user_(\w+)="([^"]+)"', login) == [("admin", password)]


def test_credentials_are_random_long_and_kept(tmp_path: Path) -> None:
    credentials.create(tmp_path)
    first = {path.name: path.read_text() for path in tmp_path.iterdir()}
    assert credentials.create(tmp_path) == []
    assert {path.name: path.read_text() for path in tmp_path.iterdir()} == first
    passwords = [first[name] for name in credentials.PASSWORDS]
    assert len(set(passwords)) == len(passwords)
    assert min(map(len, passwords)) >= 32


def test_a_replaced_password_reaches_the_login_file(tmp_path: Path) -> None:
    credentials.create(tmp_path)
    (tmp_path / "kafka_admin_password").unlink()
    assert credentials.create(tmp_path) == ["kafka_admin_password", "kafka_jaas"]
    assert (tmp_path / "kafka_admin_password").read_text() in (tmp_path / "kafka_jaas").read_text()


def test_secrets_are_private_on_the_host_and_readable_in_containers(tmp_path: Path) -> None:
    folder = tmp_path / "secrets"
    credentials.create(folder)
    assert folder.stat().st_mode & 0o777 == 0o700
    assert {path.stat().st_mode & 0o777 for path in folder.iterdir()} == {0o444}


def test_secrets_stay_out_of_the_repository_and_the_image() -> None:
    assert "deploy/compose/secrets/" in (ROOT / ".gitignore").read_text().splitlines()
    assert "deploy/compose/secrets" in (ROOT / ".dockerignore").read_text().splitlines()
