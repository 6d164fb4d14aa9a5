"""Kafka's users: each principal's password, from its file, as the broker's SCRAM credential."""

from __future__ import annotations

import asyncio
import logging
from pathlib import Path

from aiokafka.client import AIOKafkaClient
from aiokafka.errors import KafkaError
from confluent_kafka import KafkaException
from confluent_kafka.admin import (
    ScramCredentialInfo,
    ScramMechanism,
    UserScramCredentialAlteration,
    UserScramCredentialUpsertion,
)

from shared.admin import create_admin
from shared.dependencies import kafka_dependency
from shared.errors import TransientError
from shared.publish import connection
from shared.settings import Settings
from shared.topics import MONITOR, PRINCIPALS

USERS = (*PRINCIPALS, MONITOR)
ITERATIONS = 8192
TIMEOUT_SECONDS = 20.0


async def plan_users(settings: Settings) -> list[str]:
    """Return whose password the broker does not accept; none where it has its users itself."""
    if settings.secrets_dir is None:
        return []
    logging.getLogger("aiokafka").setLevel(logging.CRITICAL)  # a refusal is an answer here
    await kafka_dependency(settings).check()  # else everybody would seem to be refused
    refused = [name for name in USERS if not await _accepted(settings, name)]
    return [f"set the password of Kafka's user {name}" for name in refused]


async def apply_users(settings: Settings) -> None:
    """Tell the broker every user's password."""
    await asyncio.to_thread(_set_passwords, settings)


def password_file(folder: Path, principal: str) -> Path:
    """Return where the password of *principal* is."""
    return folder / f"kafka_{principal}_password"


def _set_passwords(settings: Settings) -> None:
    if settings.secrets_dir is None:
        return
    how = ScramCredentialInfo(ScramMechanism.SCRAM_SHA_512, ITERATIONS)
    wanted: list[UserScramCredentialAlteration] = [
        UserScramCredentialUpsertion(
            name, how, password_file(settings.secrets_dir, name).read_bytes().strip()
        )
        for name in USERS
    ]
    admin = create_admin(settings)  # held: its answers end with it
    try:
        for future in admin.alter_user_scram_credentials(wanted).values():
            future.result(timeout=TIMEOUT_SECONDS)
    except (KafkaException, TimeoutError) as error:
        raise TransientError(f"Kafka did not take the passwords: {error}") from error


async def _accepted(settings: Settings, principal: str) -> bool:
    """Return whether the broker lets *principal* in with the password of its file."""
    own = settings.model_copy(
        update={
            "kafka_username": principal,
            "kafka_mechanism": "SCRAM-SHA-512",
            "kafka_password_file": password_file(settings.secrets_dir or Path(), principal),
        }
    )
    client = AIOKafkaClient(**connection(own))
    try:
        await client.bootstrap()
    except KafkaError:
        return False
    finally:
        await client.close()
    return True
