"""What became of a page: exactly one outcome each, counted, and stored where it is final.

FetchError carries an outcome out of the parts that fetch and parse. It is final when
asking again cannot help; otherwise the page is tried again later, a limited number of
times. It is no TransientError: an outlet that is away must not hold up the others.
"""

from __future__ import annotations

from enum import StrEnum


class Outcome(StrEnum):
    """The closed list; the label of `tocsin_ingest_pages_total`."""

    INGESTED = "ingested"  # a new item, or a new wording of one, was published
    UNCHANGED = "unchanged"  # seen before, and nothing that counts has changed
    REMOVED = "removed"  # a person had it removed; it is not read again
    EMPTY = "empty"  # a page without text
    NO_MARKUP = "no_markup"  # an image, a download: not a page
    UNREADABLE = "unreadable"  # markup that no parser finished within the limits
    TOO_LARGE = "too_large"  # more bytes, or a larger event, than the limits allow
    GONE = "gone"  # 404 or 410
    REFUSED = "refused"  # another answer that asking again does not change
    ROBOTS = "robots"  # the site asks not to be read there
    FORBIDDEN = "forbidden"  # an address that is not of the public web
    REDIRECTS = "redirects"  # a loop, or more hops than the limit
    AWAY = "away"  # no usable answer, however often it was tried
    RETRIED = "retried"  # no usable answer yet; to be tried again


class FetchError(Exception):
    """Why there is no page; the message is a sentence for whoever runs Tocsin.

    `is_ours` is a fault on our side that says nothing of the page: it is tried again for
    as long as the fault lasts, and never given up.
    """

    def __init__(
        self,
        outcome: Outcome,
        reason: str,
        *,
        is_final: bool = True,
        is_ours: bool = False,
        retry_after_seconds: float | None = None,
        status: int | None = None,
    ) -> None:
        super().__init__(reason)
        self.outcome = outcome
        self.reason = reason
        self.is_final = is_final and not is_ours
        self.is_ours = is_ours
        self.retry_after_seconds = retry_after_seconds
        self.status = status
