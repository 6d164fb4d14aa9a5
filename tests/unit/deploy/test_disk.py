"""The disk as operators see it: measured, divided up, and forecast."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import yaml
from prometheus_client import REGISTRY

from deploy.observability.disk import measure_disk
from shared.topics import TOPICS

ROOT = Path(__file__).parents[3]
OPERATIONS = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")
COMPOSE = yaml.safe_load((ROOT / "docker-compose.yml").read_text(encoding="utf-8"))
DISK_GIGABYTES = 200  # of the smallest supported server


def budget(name: str) -> int:
    row = re.search(rf"^\| {name} \| (\d+) \|", OPERATIONS, re.MULTILINE)
    assert row, name
    return int(row[1])


def test_free_bytes_are_those_of_the_disk(tmp_path: Path) -> None:
    measure_disk(tmp_path)
    size = REGISTRY.get_sample_value("tocsin_disk_size_bytes")
    free = REGISTRY.get_sample_value("tocsin_disk_free_bytes")
    assert size == shutil.disk_usage(tmp_path).total
    assert free is not None
    assert 0 < free < size


def test_budgets_sum_to_the_smallest_server() -> None:
    section = OPERATIONS.split("## Disk")[1].split("## ")[0]
    rows = re.findall(r"^\| [^|]+ \| (\d+) \|", section, re.MULTILINE)
    assert len(rows) >= 7
    assert sum(map(int, rows)) <= DISK_GIGABYTES


def test_topics_that_are_not_kept_for_ever_are_bounded_within_the_brokers_budget() -> None:
    bounded = [topic for topic in TOPICS if topic.retention_days is not None]
    assert all(topic.retention_gigabytes for topic in bounded)
    assert sum(topic.retention_gigabytes or 0 for topic in bounded) < budget("Kafka")


def test_bound_of_a_topic_is_divided_among_its_partitions() -> None:
    for topic in TOPICS:
        size = int(topic.configuration()["retention.bytes"])
        if topic.retention_gigabytes is None:
            assert size == -1
        else:
            assert size * topic.partitions <= topic.retention_gigabytes * 1_000_000_000


def test_search_engine_stops_writing_before_the_others_run_out_of_disk() -> None:
    settings = COMPOSE["services"]["elasticsearch"]["environment"]
    prefix = "cluster.routing.allocation.disk.watermark"
    low, high, flood = (
        int(re.fullmatch(r"(\d+)gb", settings[f"{prefix}.{name}"])[1])  # type: ignore[index]
        for name in ("low", "high", "flood_stage")
    )
    assert low > high > flood >= 10


def test_figures_are_bounded_within_their_budget() -> None:
    (size,) = re.findall(
        r"retention.size=(\d+)GB", " ".join(COMPOSE["services"]["prometheus"]["command"])
    )
    assert int(size) <= budget("Prometheus")
