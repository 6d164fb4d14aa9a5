"""What can go wrong, sorted by what the consuming loop does about it.

TocsinError
├── PermanentError              dead letter now: no retry can help
│   ├── UndecodableEventError   bytes that are no valid event of the expected type
│   └── EventTooLargeError      an event over its size limit, refused by its own producer
├── TransientError              wait and retry in place: something we depend on is away
└── ConfigurationError          refuse to start: one sentence for the operator

Any other exception is a fault of ours: the loop tries again a few times, in case it
came from a race, and then dead-letters the one record that caused it.
"""

from __future__ import annotations


class TocsinError(Exception):
    """Root of every error that Tocsin raises on purpose."""


class PermanentError(TocsinError):
    """This record can never be processed, however often it is tried."""


class UndecodableEventError(PermanentError):
    """The bytes are not an event of the expected type; names the field at fault."""


class EventTooLargeError(PermanentError):
    """The encoded event exceeds its limit in bytes; names the event and the limit."""


class TransientError(TocsinError):
    """A dependency is away; the same work will succeed later."""


class ConfigurationError(TocsinError):
    """The configuration cannot be used; the message names the setting and the remedy."""
