"""MongoDB, and the only place that knows which driver reaches it.

The driver is motor, which gets no more releases; the step to PyMongo's own
asynchronous client is a change of the import and of `connect` below. Everything else
in the project sees `Database`, `Collection` and plain dictionaries.

A developer's machine may run an engine without secondary indexes. What runs for each item
therefore goes by `_id`, and what must be unique is one.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from motor.motor_asyncio import AsyncIOMotorClient, AsyncIOMotorCollection, AsyncIOMotorDatabase
from pymongo import DeleteOne, InsertOne, ReplaceOne, UpdateOne
from pymongo.errors import (
    AutoReconnect,
    BulkWriteError,
    DuplicateKeyError,
    ExecutionTimeout,
    NotPrimaryError,
    OperationFailure,
    PyMongoError,
    ServerSelectionTimeoutError,
    WaitQueueTimeoutError,
    WriteConcernError,
)
from pymongo.monitoring import (
    CommandFailedEvent,
    CommandListener,
    CommandStartedEvent,
    CommandSucceededEvent,
)

from shared import metrics
from shared.errors import TransientError
from shared.settings import Settings

__all__ = [
    "BulkWriteError",
    "Collection",
    "Database",
    "DeleteOne",
    "Document",
    "DuplicateKeyError",
    "InsertOne",
    "ReplaceOne",
    "UpdateOne",
    "client_of",
    "connect",
    "ping",
    "transient_mongo",
]

Document = dict[str, Any]
if TYPE_CHECKING:
    Database = AsyncIOMotorDatabase[Document]
    Collection = AsyncIOMotorCollection[Document]
else:  # motor's classes take no parameters at run time
    Database = AsyncIOMotorDatabase
    Collection = AsyncIOMotorCollection

SELECTION_MILLISECONDS = 3_000
SOCKET_MILLISECONDS = 20_000

# The server is away, stopped or electing: the same write will succeed later.
AWAY = (
    AutoReconnect,
    ExecutionTimeout,
    NotPrimaryError,
    ServerSelectionTimeoutError,
    WaitQueueTimeoutError,
    WriteConcernError,
)


class CallCounter(CommandListener):
    """Counts the commands that the driver sends."""

    def started(self, event: CommandStartedEvent) -> None:  # noqa: ARG002 - the driver's form
        """Count one command."""
        metrics.ENGINE_CALLS_TOTAL.labels("mongo").inc()

    def succeeded(self, event: CommandSucceededEvent) -> None:
        """Leave success to the caller."""

    def failed(self, event: CommandFailedEvent) -> None:
        """Leave failure to the caller."""


# Codes of MongoDB's error list that speak of the server's state, not of a document: host or
# network, authorisation, time limits, locks, shutting down or electing, memory, a full disk.
AILING = frozenset(
    {6, 7, 13, 18, 24, 50, 64, 89, 91, 112, 146, 189, 262, 9001, 10107, 11600, 11601, 11602}
    | {13435, 13436, 14031}
)


def connect(settings: Settings, database: str) -> Database:
    """Return the *database* of one service; nothing is sent until the first use.

    On the server its name is `<namespace>tocsin_<database>`.
    """
    client: AsyncIOMotorClient[Document] = AsyncIOMotorClient(
        settings.mongo_url,
        username=settings.mongo_username,
        password=settings.password("mongo"),
        tz_aware=True,
        retryWrites=False,
        serverSelectionTimeoutMS=SELECTION_MILLISECONDS,
        connectTimeoutMS=SELECTION_MILLISECONDS,
        socketTimeoutMS=SOCKET_MILLISECONDS,
        appname=f"tocsin-{database}",
        event_listeners=[CallCounter()],
    )
    return client[f"{settings.namespace}tocsin_{database}"]


def client_of(database: Database) -> AsyncIOMotorClient[Document]:
    """Return the client behind *database*, to close it or to list databases."""
    return database.client


@contextmanager
def transient_mongo() -> Iterator[None]:
    """Turn the driver's signs of an absent or ailing server into TransientError.

    A duplicate key and a refused document stay what they are: they are facts about the
    data, and the caller must decide. A full disk or a changed password is no fact about
    any document: whatever waits for it must wait.
    """
    try:
        yield
    except AWAY as error:
        raise TransientError(f"MongoDB is away: {type(error).__name__}") from error
    except BulkWriteError as error:
        codes = {one.get("code") for one in (error.details or {}).get("writeErrors", [])}
        if codes & AILING:
            raise TransientError(f"MongoDB cannot write now: {sorted(codes & AILING)}") from error
        raise
    except OperationFailure as error:
        if error.code in AILING:
            raise TransientError(f"MongoDB refuses for now: code {error.code}") from error
        raise


async def ping(database: Database) -> None:
    """Raise TransientError unless the server answers."""
    try:
        await database.command("ping")
    except PyMongoError as error:
        raise TransientError(f"MongoDB does not answer: {type(error).__name__}") from error
