"""Events to bytes and back: producers are held to the contract, consumers forgive additions."""

from hashlib import sha256
from typing import TypeVar

from pydantic import ValidationError
from pydantic_core import PydanticSerializationError

from shared.errors import EventTooLargeError, PermanentError, UndecodableEventError
from shared.events.event import Event

E = TypeVar("E", bound=Event)


def encode(event: Event) -> bytes:
    """Return the event as UTF-8 JSON.

    Raises EventTooLargeError above the type's limit, and PermanentError for text that UTF-8 cannot
    hold (lone surrogates): neither becomes possible by waiting.
    """
    try:
        data = event.model_dump_json().encode()
    except (PydanticSerializationError, UnicodeEncodeError) as error:
        raise PermanentError(f"{event.TYPE} {event.subject} is not valid Unicode text") from error
    if len(data) > event.MAX_BYTES:
        raise EventTooLargeError(
            f"{event.TYPE} {event.subject} has {len(data)} bytes; the limit is {event.MAX_BYTES}"
        )
    return data


def decode(event_class: type[E], data: bytes) -> E:
    """Return the event in `data`, ignoring fields that this version does not know.

    Types are strict (a number is not taken from a string), so that what one version accepts does
    not depend on leniency that the next may lose. Raises UndecodableEventError naming the field.
    """
    try:
        return event_class.model_validate_json(data, strict=True, extra="ignore")
    except ValidationError as error:
        raise UndecodableEventError(f"{event_class.TYPE}: {_first_problem(error)}") from error


def content_digest(event: Event) -> str:
    """Return a name for the whole content, for facts that carry no revision of their own."""
    return sha256(event.model_dump_json().encode()).hexdigest()[:32]


def _first_problem(error: ValidationError) -> str:
    """Name the field and the rule, never the value: dead letters' headers hold no article text."""
    problems = error.errors(include_url=False, include_context=False, include_input=False)
    where = ".".join(str(step) for step in problems[0]["loc"]) or "the document"
    others = f" (and {len(problems) - 1} more)" if len(problems) > 1 else ""
    return f"{where}: {problems[0]['msg']}{others}"
