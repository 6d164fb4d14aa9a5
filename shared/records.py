"""One Kafka record as handlers see it, and the first step of every handler: decoding.

Topics carry bytes. Which event they are stands in the CloudEvents headers; a type that
this version does not know is counted and skipped, so that a newer producer never stops
an older consumer.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from shared import metrics
from shared.errors import PermanentError, UndecodableEventError
from shared.events import Event, decode


@dataclass(frozen=True, slots=True)
class Record:
    """The value and place of one record; `topic` is without the namespace.

    `event_type` is the `ce_type` header, or empty where a record has none.
    """

    topic: str
    partition: int
    offset: int
    value: bytes
    event_type: str = ""
    key: bytes | None = None
    headers: Mapping[str, str] = field(default_factory=dict)

    @property
    def traceparent(self) -> str | None:
        """Return the W3C trace context that the producer sent, if any."""
        return self.headers.get("traceparent")


@dataclass(frozen=True, slots=True)
class Decoded:
    """An event with the record it came in and that record's index in its batch."""

    index: int
    record: Record
    event: Any


def decode_records(
    consumer: str, records: Sequence[Record], events: Mapping[str, type[Event]]
) -> tuple[list[Decoded], dict[int, PermanentError]]:
    """Split a batch into decoded events and records that can never be decoded.

    Records of a type that is not in *events* are counted as skipped and are in neither.
    """
    decoded: list[Decoded] = []
    rejected: dict[int, PermanentError] = {}
    for index, record in enumerate(records):
        if not record.event_type:
            rejected[index] = UndecodableEventError("no ce_type header: not a Tocsin event")
            continue
        event_class = events.get(record.event_type)
        if event_class is None:
            metrics.UNKNOWN_TYPES_TOTAL.labels(consumer, record.topic).inc()
            continue
        try:
            decoded.append(Decoded(index, record, decode(event_class, record.value)))
        except UndecodableEventError as error:
            rejected[index] = error
    return decoded, rejected
