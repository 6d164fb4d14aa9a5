"""What the lag exporter shows, and that it shows nothing rather than something old."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import pytest
from prometheus_client import REGISTRY

from deploy.observability.lag import measure
from shared.errors import TransientError
from shared.metrics import DEAD_LETTERS, LAG_RECORDS
from shared.topics import Subscription

LETTERS = {("indexer", "alerts.v1"): 2}


@pytest.fixture(autouse=True)
def _empty() -> Iterator[None]:
    yield
    LAG_RECORDS.clear()
    DEAD_LETTERS.clear()


async def seven_everywhere(subscription: Subscription) -> Mapping[str, int]:
    return {topic.name: 7 for topic in subscription.topics}


async def away(_subscription: Subscription) -> Mapping[str, int]:
    raise TransientError("Kafka is away")


async def letters() -> Mapping[tuple[str, str], int]:
    return LETTERS


def shown(metric: str, consumer: str, topic: str) -> float | None:
    return REGISTRY.get_sample_value(metric, {"consumer": consumer, "topic": topic})


async def test_lag_is_shown_by_consumer_and_topic() -> None:
    await measure(seven_everywhere, letters)
    assert shown("tocsin_consumer_lag_records", "analysis", "media.items.v1") == 7
    assert shown("tocsin_consumer_lag_records", "indexer", "alerts.v1") == 7
    assert shown("tocsin_consumer_lag_records", "analysis", "alerts.v1") is None
    assert shown("tocsin_dead_letters_records", "indexer", "alerts.v1") == 2


async def test_nothing_is_shown_while_the_broker_cannot_be_asked() -> None:
    await measure(seven_everywhere, letters)
    with pytest.raises(TransientError):
        await measure(away, letters)
    assert shown("tocsin_consumer_lag_records", "analysis", "media.items.v1") is None
    assert shown("tocsin_dead_letters_records", "indexer", "alerts.v1") is None
