"""Kafka's users as `tocsin prepare` makes them, on a broker that knew its administrator alone."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from aiokafka.errors import KafkaError, TopicAuthorizationFailedError

from deploy.local.stack import Stack
from deploy.migrate.kafka_users import USERS, apply_users, password_file, plan_users
from deploy.migrate.step import Step, migrate, plan
from deploy.migrate.topic_settings import apply_topic_settings, plan_topic_settings
from shared import admin
from shared.publish import create_producer
from shared.settings import Settings
from shared.topics import MEDIA_ITEMS, REVIEWS
from tests.engines import own_stack, settings_of

STEPS = (
    Step("users", plan_users, apply_users),
    Step("topics", admin.pending, admin.prepare),
    Step("settings", plan_topic_settings, apply_topic_settings),
)
pytestmark = pytest.mark.timeout(180)


@pytest.fixture(scope="module")
def kafka(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    with own_stack(tmp_path_factory.mktemp("users"), "kafka") as stack:
        yield stack


@pytest.fixture
def settings(kafka: Stack, tmp_path: Path) -> Settings:
    for name in USERS:
        password_file(tmp_path, name).write_text(f"a-password-of-{name}")
    return settings_of(kafka, "admin", secrets_dir=tmp_path)


def as_user(settings: Settings, name: str, file: Path) -> Settings:
    changes = {
        "kafka_username": name,
        "kafka_password_file": file,
        "kafka_mechanism": "SCRAM-SHA-512",
    }
    return settings.model_copy(update=changes)


async def writes(settings: Settings, topic: str) -> None:
    producer = create_producer(settings)
    try:
        await producer.start()
        await producer.send_and_wait(topic, b"tried", key=b"key")
    finally:
        await producer.stop()


async def test_users_made_by_prepare_have_their_rights_and_no_other(
    settings: Settings, tmp_path: Path
) -> None:
    said: list[str] = []
    done = await migrate(settings, STEPS, said.append)
    assert said == done
    assert {f"set the password of Kafka's user {name}" for name in USERS} <= set(done)
    assert await plan(settings, STEPS) == []
    assert await migrate(settings, STEPS, said.append) == []

    ingest = as_user(settings, "ingest", password_file(tmp_path, "ingest"))
    await writes(ingest, MEDIA_ITEMS.name)
    with pytest.raises(TopicAuthorizationFailedError):
        await writes(ingest, REVIEWS.name)
    with pytest.raises(KafkaError):
        await writes(as_user(settings, "ingest", password_file(tmp_path, "portal")), REVIEWS.name)


async def test_a_password_that_was_replaced_is_noticed_and_set(
    settings: Settings, tmp_path: Path
) -> None:
    await migrate(settings, STEPS, lambda _: None)
    password_file(tmp_path, "portal").write_text("another-password-of-portal")
    assert await plan(settings, STEPS) == ["set the password of Kafka's user portal"]
    await migrate(settings, STEPS, lambda _: None)
    await writes(as_user(settings, "portal", password_file(tmp_path, "portal")), REVIEWS.name)


async def test_settings_of_a_topic_of_an_earlier_version_are_brought_up_to_date(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    await migrate(settings, STEPS, lambda _: None)
    earlier = {"retention.bytes": "-1"}
    configuration = type(MEDIA_ITEMS).configuration
    wanted = configuration(MEDIA_ITEMS)["retention.bytes"]
    with monkeypatch.context() as patch:
        patch.setattr(
            type(MEDIA_ITEMS), "configuration", lambda topic: configuration(topic) | earlier
        )
        await migrate(settings, STEPS, lambda _: None)
    planned = await plan(settings, STEPS)
    assert f"set retention.bytes of the topic {MEDIA_ITEMS.name} to {wanted}" in planned
    await migrate(settings, STEPS, lambda _: None)
    assert await plan(settings, STEPS) == []
