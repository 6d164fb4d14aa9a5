"""What every published example shows: the schema, the model and the bytes say the same."""

from collections.abc import Iterator
from typing import Any

import orjson
import pytest
from jsonschema import Draft202012Validator, FormatChecker
from pydantic import ValidationError

from shared.events import (
    EVENT_CLASSES,
    Event,
    MediaItemAnalysed,
    MediaItemIngested,
    Term,
    decode,
    encode,
)
from shared.ids import text_sha256
from shared.schemas import FOLDER, example_paths, problems
from tests.contract.examples import EXAMPLES, Example, parameter

TYPES = pytest.mark.parametrize("event_class", EVENT_CLASSES, ids=lambda one: one.TYPE)


def test_snapshots_are_as_the_models_would_write_them() -> None:
    assert problems() == []


@TYPES
def test_type_has_three_examples_or_more(event_class: type[Event]) -> None:
    assert len(example_paths(event_class)) >= 3


@TYPES
def test_schema_is_a_valid_schema(event_class: type[Event]) -> None:
    Draft202012Validator.check_schema(_schema(event_class))


@parameter()
def test_example_satisfies_its_schema(example: Example) -> None:
    validator = Draft202012Validator(_schema(example.event_class), format_checker=FormatChecker())
    validator.validate(example.document)


@parameter()
def test_example_comes_back_unchanged_from_decoding_and_encoding(example: Example) -> None:
    assert orjson.loads(encode(example.event)) == example.document


@parameter()
def test_fields_of_a_newer_producer_are_ignored(example: Example) -> None:
    newer = orjson.dumps(_with_unknown_fields(example.document))
    assert decode(example.event_class, newer) == example.event


@parameter()
def test_words_of_a_newer_producer_become_unknown(example: Example) -> None:
    terms = {f"/{path}" for path, _ in _terms(example.event)}
    newer = orjson.dumps(_with_unknown_words(example.document, terms))
    decoded = decode(example.event_class, newer)
    assert {str(term) for _, term in _terms(decoded)} <= {"unknown"}


@parameter()
def test_producer_cannot_add_a_field(example: Example) -> None:
    with pytest.raises(ValidationError, match="Extra inputs are not permitted"):
        example.event_class(**example.document | {"added_by_mistake": 1})


@parameter()
def test_key_and_sequence_follow_from_the_content(example: Example) -> None:
    again = decode(example.event_class, encode(example.event))
    assert (again.subject, again.sequence) == (example.event.subject, example.event.sequence)
    assert example.event.subject


@pytest.mark.parametrize("event_class", [MediaItemIngested, MediaItemAnalysed])
def test_offsets_of_the_examples_lie_in_the_text_that_was_hashed(
    event_class: type[Event],
) -> None:
    for example in (one for one in EXAMPLES if one.event_class is event_class):
        document = example.document
        item = document.get("item", document)
        assert item["text_sha256"] == text_sha256(item["text"])
        for part in _spans(document):
            text = item[part.get("field", "text")]
            assert part["end"] <= len(text)
            assert part.get("surface", text[part["start"] : part["end"]]) in text


def _schema(event_class: type[Event]) -> dict[str, Any]:
    parsed: dict[str, Any] = orjson.loads((FOLDER / event_class.TYPE / "schema.json").read_bytes())
    return parsed


def _with_unknown_fields(value: Any) -> Any:
    if isinstance(value, list):
        return [_with_unknown_fields(one) for one in value]
    if not isinstance(value, dict):
        return value
    free = {"outlet_counts", "definition"}  # mappings whose keys are content
    grown = {key: one if key in free else _with_unknown_fields(one) for key, one in value.items()}
    return grown | {"from_the_future": {"since": 2031}}


def _with_unknown_words(value: Any, terms: set[str], path: str = "") -> Any:
    if path in terms:
        return "a word of 2031"
    if isinstance(value, list):
        return [_with_unknown_words(one, terms, f"{path}/{n}") for n, one in enumerate(value)]
    if isinstance(value, dict):
        return {key: _with_unknown_words(one, terms, f"{path}/{key}") for key, one in value.items()}
    return value


def _terms(value: Any) -> Iterator[tuple[str, Term]]:
    """Yield each word of a closed vocabulary with its path."""
    if isinstance(value, tuple):
        children: Iterator[tuple[Any, Any]] = iter(enumerate(value))
    elif hasattr(type(value), "model_fields"):
        children = ((name, getattr(value, name)) for name in type(value).model_fields)
    else:
        return
    for name, child in children:
        if isinstance(child, Term):
            yield str(name), child
        yield from ((f"{name}/{path}", term) for path, term in _terms(child))


def _spans(value: Any) -> Iterator[dict[str, Any]]:
    if isinstance(value, list):
        for one in value:
            yield from _spans(one)
    if isinstance(value, dict):
        if isinstance(value.get("start"), int):
            yield value
        for one in value.values():
            yield from _spans(one)
