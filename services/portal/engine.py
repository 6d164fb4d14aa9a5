"""The one way in which the portal asks Elasticsearch; its errors are translated here, once."""

from __future__ import annotations

from typing import Any

import structlog
from elasticsearch import ApiError, AsyncElasticsearch, ConflictError, NotFoundError

from shared import metrics
from shared.elastic import alias, transient_elastic
from shared.errors import TransientError

log = structlog.get_logger()

# Above the engine's own limit of 2 s, which answers with what it has found by then.
REQUEST_SECONDS = 8.0


class QueryRefusedError(Exception):
    """The engine cannot make sense of the query."""


class SearchEngine:
    """Asks one installation's indices by their aliases."""

    def __init__(self, client: AsyncElasticsearch, namespace: str) -> None:
        self._client = client.options(request_timeout=REQUEST_SECONDS, max_retries=0)
        self._namespace = namespace

    @property
    def transport(self) -> object:
        """Return what holds the connections; options of a client share it."""
        return self._client.transport

    async def search(self, subject: str, body: dict[str, Any]) -> dict[str, Any]:
        """Return the engine's response.

        Raises TransientError while the engine or the index is away, and QueryRefusedError.
        """
        try:
            with transient_elastic(), metrics.SEARCH_SECONDS.labels(subject).time():
                response = await self._client.search(
                    index=alias(subject, self._namespace), **_parameters(body)
                )
        except NotFoundError as error:
            raise TransientError(f"The index {subject} does not exist yet.") from error
        except ApiError as error:
            log.warning("query_refused", status=error.meta.status, error=error.error)
            raise QueryRefusedError from error
        return dict(response)

    async def index(
        self, subject: str, document_id: str, version: int, document: dict[str, Any]
    ) -> None:
        """Write one document at its version; TransientError while engine or index are away."""
        target = alias(subject, self._namespace)
        try:
            with transient_elastic():
                await self._client.index(
                    index=target,
                    id=document_id,
                    document=document,
                    version=version,
                    version_type="external_gte",
                    require_alias=True,
                    refresh="wait_for",
                )
        except NotFoundError as error:
            raise TransientError(f"The index {subject} does not exist yet.") from error
        except ConflictError:
            log.info("newer_indexed", subject=subject)


def _parameters(body: dict[str, Any]) -> dict[str, Any]:
    """Return the body under the client's names for its parts."""
    parameters = dict(body)
    if "_source" in parameters:
        parameters["source"] = parameters.pop("_source")
    return parameters
