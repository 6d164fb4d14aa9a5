"""What an operator does with an installation that runs, by the documented commands."""

import re
import subprocess

import aiohttp
import pytest
from aiokafka.errors import KafkaError

from deploy.check.clone import NAME, compose, compose_says
from deploy.check.inside import await_healthy
from deploy.check.operator import containers, name_containers, service_of
from deploy.check.paths import CLONE
from deploy.demo.verify import read_stops
from shared import elastic
from shared.publish import create_producer
from shared.settings import Settings
from shared.topics import MEDIA_ITEMS
from tests.compose.conftest import Booted, Finished

pytestmark = pytest.mark.usefixtures("booted")
OPERATE = ("run", "--rm", "--no-deps", "-T", "prepare", "python", "-m", "deploy.cli")


def test_an_item_comes_through_and_engines_say_what_they_are() -> None:
    said = compose_says(*OPERATE, "selfcheck")
    assert "An item comes through." in said
    assert re.search(r"Elasticsearch: \d", said)
    assert "Not checked" in said


def test_nothing_is_left_to_migrate() -> None:
    assert compose_says(*OPERATE, "migrate", "--plan").endswith("Nothing to do.")


def test_first_person_is_created_by_a_command() -> None:
    created = compose_says(*OPERATE, "account", "create", "zainab", "--role", "administrator")
    assert re.search(r"^zainab: \S{12,}$", created, re.MULTILINE)


@pytest.mark.parametrize(
    ("user", "password"), [("ingest", "kafka_portal_password"), ("nobody", "kafka_ingest_password")]
)
async def test_broker_lets_nobody_in_with_another_password(
    booted: Booted, user: str, password: str
) -> None:
    assert not await writes(booted.settings, user, password)


async def test_broker_refuses_a_principal_what_is_not_its_own(booted: Booted) -> None:
    assert await writes(booted.settings, "ingest", "kafka_ingest_password")
    assert not await writes(booted.settings, "portal", "kafka_portal_password")


async def writes(settings: Settings, user: str, password: str) -> bool:
    """Return whether *user* may write items; what it writes is no event, and is not consumed."""
    file = CLONE / "deploy/compose/secrets" / password
    changes = {
        "kafka_username": user,
        "kafka_password_file": file,
        "kafka_mechanism": "SCRAM-SHA-512",
    }
    producer = create_producer(settings.model_copy(update=changes))
    try:
        await producer.start()
        await producer.partitions_for(MEDIA_ITEMS.name)
        return MEDIA_ITEMS.name in producer.client.cluster.topics(exclude_internal_topics=False)
    except KafkaError:
        return False
    finally:
        await producer.stop()


async def test_search_engine_asks_for_a_password(booted: Booted) -> None:
    bare = {"elasticsearch_username": None, "elasticsearch_password_file": None}
    async with elastic.connect(booted.settings.model_copy(update=bare)) as client:
        with pytest.raises(Exception, match="401"):
            await client.info()


async def test_proxy_sends_people_to_https() -> None:
    async with aiohttp.ClientSession() as http:
        plain = await http.get(f"http://{NAME}/", allow_redirects=False)
        assert plain.status in {301, 302, 307, 308}
        assert plain.headers["Location"].startswith("https://")
        secured = await http.get(f"https://{NAME}/livez")
        assert secured.status == 200


def test_containers_are_limited_and_without_rights() -> None:
    for one in containers():
        assert one["HostConfig"]["CapDrop"] == ["ALL"], service_of(one)
        assert one["HostConfig"]["Memory"] > 0
        assert "no-new-privileges:true" in one["HostConfig"]["SecurityOpt"]


def test_logs_are_readable_and_hold_no_password() -> None:
    logs = compose_says("logs", "--no-color", "--tail=500")
    assert "ingest" in logs
    for secret in (CLONE / "deploy/compose/secrets").glob("*password"):
        assert secret.read_text() not in logs, secret.name


async def test_data_outlast_a_restart_of_everything(booted: Booted, finished: Finished) -> None:
    before = finished.outcome.stops
    compose("down")
    compose("up", "--detach")
    await_healthy()
    name_containers()
    after = await read_stops(booted.settings)
    assert after.published >= before.published
    assert after.stored >= before.stored  # the self-check leaves that something was removed
    assert after.documents >= before.documents
    assert after.indexed >= before.indexed


def test_no_container_was_killed_for_its_memory() -> None:
    assert not [service_of(one) for one in containers() if one["State"]["OOMKilled"]]


def test_docker_compose_config_is_valid() -> None:
    subprocess.run(["docker-compose", "config", "--quiet"], cwd=CLONE, check=True)
