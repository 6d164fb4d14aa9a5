"""Every example through every consumer of its type, as far as the consumer is pure."""

import pytest

from shared.errors import UndecodableEventError
from shared.records import Record, decode_records
from shared.topics import SUBSCRIBERS, Topic, subscription
from tests.contract.consumers import CONSUMERS, Consumer
from tests.contract.examples import EXAMPLES, Example
from tests.factories import make_item

BY_CONSUMER = pytest.mark.parametrize("consumer", CONSUMERS, ids=lambda one: one.name)
PAIRS = [
    pytest.param(consumer, example, id=f"{consumer.name}-{example.name}")
    for consumer in CONSUMERS
    for example in EXAMPLES
    if example.event_class.TYPE in consumer.events
]
POISON = (b"", b"{", b"[]", b"null", b"\xff\xfe", b'{"item_id": 1}', b"[" * 100_000)


def test_every_subscriber_is_tested_here() -> None:
    assert {one.name for one in CONSUMERS} == {one.consumer for one in SUBSCRIBERS}


@BY_CONSUMER
def test_consumer_knows_the_type_of_each_topic_that_it_reads(consumer: Consumer) -> None:
    types = {topic.event_type for topic in subscription(consumer.name).topics}
    assert set(consumer.events) == types
    assert all(name == one.TYPE for name, one in consumer.events.items())


@pytest.mark.parametrize(("consumer", "example"), PAIRS)
def test_consumer_takes_the_example(consumer: Consumer, example: Example) -> None:
    record = _record(example.event_class.TOPIC, example.path.read_bytes())
    [decoded], rejections = decode_records(consumer.name, [record], consumer.events)
    assert rejections == {}
    consumer.take(decoded.event)


@BY_CONSUMER
def test_consumer_skips_a_type_that_it_does_not_know(consumer: Consumer) -> None:
    record = Record("media.items.v1", 0, 0, b"{}", "media.item.dreamt.v1")
    assert decode_records(consumer.name, [record], consumer.events) == ([], {})


@BY_CONSUMER
@pytest.mark.parametrize("poison", POISON, ids=lambda one: repr(one[:14]))
def test_consumer_rejects_poison_in_each_of_its_topics(consumer: Consumer, poison: bytes) -> None:
    topics = subscription(consumer.name).topics
    records = [_record(topic, poison) for topic in topics]
    decoded, rejections = decode_records(consumer.name, records, consumer.events)
    assert decoded == []
    assert set(rejections) == set(range(len(topics)))
    assert all(isinstance(error, UndecodableEventError) for error in rejections.values())


def test_reason_of_a_rejection_holds_no_text_of_the_article() -> None:
    secret = "the name of a source"
    document = (
        make_item(text=secret).model_dump_json().replace('"revision":1', f'"revision":"{secret}"')
    )
    record = _record(make_item().TOPIC, document.encode())
    _, rejections = decode_records("analysis", [record], {make_item().TYPE: type(make_item())})
    assert "revision" in str(rejections[0])
    assert secret not in str(rejections[0])


def _record(topic: Topic, value: bytes) -> Record:
    return Record(topic.name, 0, 0, value, topic.event_type)
