"""What the engines promise on this machine, killed and started again."""

from __future__ import annotations

import os
import uuid
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import psutil
import pytest

from deploy.local.engine import Instance
from deploy.local.kafka import Kafka
from deploy.local.ports import free_ports
from deploy.local.stack import Stack
from shared.admin import existing_topics, prepare
from shared.mongo import client_of, connect
from shared.topics import REMOVALS
from tests.engines import own_stack, settings_of

WRITES = 200


@pytest.fixture(scope="module")
def mongo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    with own_stack(tmp_path_factory.mktemp("mongo"), "mongo") as stack:
        yield stack


@pytest.fixture(scope="module")
def kafka(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    with own_stack(tmp_path_factory.mktemp("kafka"), "kafka") as stack:
        yield stack


async def test_acknowledged_writes_survive_a_kill(mongo: Stack) -> None:
    database = connect(settings_of(mongo, "admin", namespace="kill-"), "ingest")
    for number in range(WRITES):
        await database.items.update_one(
            {"_id": str(number)}, {"$set": {"at": datetime.now(UTC)}}, upsert=True
        )
    mongo.kill("mongo")
    assert mongo.child("mongo").process is None
    mongo.start_engines(["mongo"])
    assert await database.items.count_documents({}) == WRITES
    client_of(database).close()


async def test_a_stop_keeps_what_was_written(mongo: Stack) -> None:
    database = connect(settings_of(mongo, "admin", namespace="stop-"), "ingest")
    await database.items.insert_many([{"_id": str(number)} for number in range(WRITES)])
    await database.items.delete_one({"_id": "0"})
    mongo.stop(["mongo"])
    mongo.start_engines(["mongo"])
    assert await database.items.count_documents({}) == WRITES - 1
    client_of(database).close()


async def test_topics_survive_a_kill_and_services_come_back_by_name(kafka: Stack) -> None:
    settings = settings_of(kafka, "admin")
    await prepare(settings)
    kafka.start_services(["lag"])
    before = kafka.child("lag").process
    kafka.kill("lag")
    kafka.kill("kafka")
    assert not kafka.healthy("lag")
    kafka.start_engines(["kafka"])
    kafka.start_services(["lag"])
    after = kafka.child("lag").process
    assert before is not None
    assert after is not None
    assert before.pid != after.pid
    assert REMOVALS in await existing_topics(settings)


def test_engines_listen_on_the_loopback_address_alone(stack: Stack) -> None:
    for name in stack.engine_names:
        process = stack.child(name).process
        assert process is not None
        for one in (process, *process.children(recursive=True)):
            listening = [
                entry.laddr.ip
                for entry in one.net_connections()
                if entry.status == psutil.CONN_LISTEN
            ]
            assert {address.removeprefix("::ffff:") for address in listening} <= {"127.0.0.1"}


@pytest.mark.skipif(os.geteuid() != 0, reason="only root must give its rights away")
def test_elasticsearch_does_not_run_as_root_even_below_a_closed_folder(stack: Stack) -> None:
    process = stack.child("elasticsearch").process
    assert process is not None
    assert {one.uids().real for one in (process, *process.children(recursive=True))} != {0}
    assert 0 not in {one.uids().effective for one in process.children(recursive=True)}


def test_logs_and_pids_are_under_the_instance(stack: Stack) -> None:
    for name in stack.engine_names:
        assert stack.child(name).log_file.is_relative_to(Path(stack.root))
        assert stack.child(name).pid_file.exists()


def test_every_drawn_cluster_id_is_taken(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The tool took an id that begins with a dash, as one in 64 does, for an option."""
    drawn = uuid.UUID(bytes=b"\xf8" + bytes(15), version=4)
    monkeypatch.setattr(uuid, "uuid4", lambda: drawn)
    Kafka().prepare(Instance(tmp_path, free_ports()))
    written = (tmp_path / "kafka" / "data" / "meta.properties").read_text(encoding="utf-8")
    assert "cluster.id=-" in written
