"""Elasticsearch: connecting, versioned indices behind aliases, and bulk writes.

An index is named `<namespace><subject>-v<version>` and read through the alias
`<namespace><subject>`; whoever changes a mapping raises the version, fills the
new index, and then turns the alias.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from elastic_transport import AiohttpHttpNode, ConnectionTimeout, HttpHeaders
from elastic_transport import ConnectionError as TransportError
from elastic_transport._node import NodeApiResponse  # its own return type, not exported
from elastic_transport.client_utils import DEFAULT, DefaultType
from elasticsearch import ApiError, AsyncElasticsearch
from elasticsearch.helpers import async_streaming_bulk

from shared import metrics
from shared.errors import TransientError
from shared.settings import Settings

__all__ = ["alias", "bulk", "connect", "ensure_index", "index_name", "ping", "transient_elastic"]

REQUEST_SECONDS = 30
CHUNK_DOCUMENTS = 500
CHUNK_BYTES = 10_000_000
CONFLICT = 409
# A changed password, overloaded, read-only, broken, electing or starting: none of it is a fact
# about a document, and the same request will succeed later.
RETRYABLE = frozenset({401, 403, 408, 429, 500, 502, 503, 504})


class CountingNode(AiohttpHttpNode):
    """The client's connection to one node, which counts its requests."""

    async def perform_request(  # type: ignore[override] # asynchronous, as its own class is
        self,
        method: str,
        target: str,
        body: bytes | None = None,
        headers: HttpHeaders | None = None,
        request_timeout: DefaultType | float | None = DEFAULT,
    ) -> NodeApiResponse:
        """Count and perform one request."""
        metrics.ENGINE_CALLS_TOTAL.labels("elasticsearch").inc()
        return await super().perform_request(method, target, body, headers, request_timeout)


def connect(settings: Settings) -> AsyncElasticsearch:
    """Return a client; nothing is sent until the first use."""
    username, password = settings.elasticsearch_username, settings.password("elasticsearch")
    return AsyncElasticsearch(
        settings.elasticsearch_url,
        basic_auth=(username, password) if username and password else None,
        request_timeout=REQUEST_SECONDS,
        max_retries=0,
        node_class=CountingNode,
    )


def index_name(subject: str, version: int, namespace: str) -> str:
    """Return the name of one version of an index."""
    return f"{namespace}{subject}-v{version}"


def alias(subject: str, namespace: str) -> str:
    """Return the name by which readers and writers know the index."""
    return f"{namespace}{subject}"


@contextmanager
def transient_elastic() -> Iterator[None]:
    """Turn the client's signs of an absent or overloaded engine into TransientError."""
    try:
        yield
    except (TransportError, ConnectionTimeout) as error:
        raise TransientError(f"Elasticsearch is away: {type(error).__name__}") from error
    except ApiError as error:
        if error.meta.status in RETRYABLE:
            raise TransientError(f"Elasticsearch answered {error.meta.status}") from error
        raise


async def ping(client: AsyncElasticsearch) -> None:
    """Raise TransientError unless the engine answers."""
    with transient_elastic():
        await client.info()


async def ensure_index(
    client: AsyncElasticsearch,
    subject: str,
    version: int,
    namespace: str,
    mappings: Mapping[str, Any],
    settings: Mapping[str, Any],
) -> None:
    """Create the index and its alias unless they are there; safe to race."""
    name = index_name(subject, version, namespace)
    with transient_elastic():
        if await client.indices.exists(index=name):
            return
        try:
            await client.indices.create(
                index=name,
                mappings=mappings,
                settings=settings,
                aliases={alias(subject, namespace): {"is_write_index": True}},
            )
        except ApiError as error:
            if error.error != "resource_already_exists_exception":
                raise


async def bulk(client: AsyncElasticsearch, actions: Iterable[dict[str, Any]]) -> dict[str, str]:
    """Write *actions* (helpers' form, with `_id`); return id -> reason for refused ones.

    A version conflict means that something newer is there and counts as success. What is
    overloaded or away raises TransientError for the whole batch, which is then repeated.
    """
    refused: dict[str, str] = {}
    with transient_elastic():
        async for done, result in async_streaming_bulk(
            client,
            actions,
            chunk_size=CHUNK_DOCUMENTS,
            max_chunk_bytes=CHUNK_BYTES,
            raise_on_error=False,
            raise_on_exception=True,
            max_retries=3,
            initial_backoff=1,
            retry_on_status=(429, 503),
        ):
            if done:
                continue
            (answer,) = result.values()
            status = answer["status"]
            if status == CONFLICT:
                continue
            if status in RETRYABLE:
                raise TransientError(f"Elasticsearch answered {status} to part of a bulk")
            refused[answer["_id"]] = _reason(answer)
    return refused


def _reason(answer: Mapping[str, Any]) -> str:
    error = answer.get("error")
    if not isinstance(error, Mapping):
        return f"status {answer['status']}"
    return f"{error.get('type')}: {error.get('reason')}"
