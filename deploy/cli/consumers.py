"""`tocsin resume`, `tocsin dead-letters`: what an operator does about a parked consumer."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Annotated

import typer
from rich.console import Console

from shared.dead_letters import DeadLetter, put_back, read_dead_letters
from shared.mongo import client_of, connect
from shared.parking import MongoParking
from shared.settings import Settings, load_settings
from shared.topics import SUBSCRIBERS, Subscription, subscription

console = Console()
dead_letters = typer.Typer(no_args_is_help=True, help="Records that could not be processed.")

ConsumerName = Annotated[
    str, typer.Argument(help=f"One of {', '.join(one.consumer for one in SUBSCRIBERS)}.")
]


def resume(consumer: ConsumerName) -> None:
    """Let a parked consumer go on; it tries the record at which it stopped again."""
    if asyncio.run(_lift(load_settings(), _known(consumer))):
        console.print(f"{consumer} goes on within a second.")
    else:
        console.print(f"{consumer} was not parked.")


@dead_letters.command("list")
def list_(consumer: ConsumerName) -> None:
    """Show every dead letter of a consumer: where it came from, when and why."""
    count = asyncio.run(_show(load_settings(), _known(consumer)))
    console.print(f"{count} dead letters.")


@dead_letters.command("replay")
def replay(consumer: ConsumerName) -> None:
    """Put every dead letter back where it came from; doing so twice changes nothing more.

    Needs the administrator's Kafka account, because each topic has one writer otherwise.
    """
    settings, found = load_settings(), _known(consumer)
    count = asyncio.run(put_back(settings, read_dead_letters(settings, found)))
    console.print(f"{count} dead letters put back.")


def _known(consumer: str) -> Subscription:
    try:
        return subscription(consumer)
    except KeyError:
        names = ", ".join(one.consumer for one in SUBSCRIBERS)
        raise typer.BadParameter(f"no consumer is named {consumer}; there are {names}") from None


async def _lift(settings: Settings, found: Subscription) -> bool:
    database = connect(settings, found.principal)
    try:
        return await MongoParking(database, found.consumer).lift()
    finally:
        client_of(database).close()


async def _show(settings: Settings, found: Subscription) -> int:
    count = 0
    letters: AsyncIterator[DeadLetter] = read_dead_letters(settings, found)
    async for letter in letters:
        console.print(f"{letter.at}  {letter.topic}@{letter.offset}  {letter.reason}", markup=False)
        count += 1
    return count
