"""Reads one page: robots, fetch, cheap checks, then extraction in the sandbox.

The cheap checks come first because extraction is nearly all the cost of a page: what the
server or the bytes themselves show to be unchanged is never parsed again.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from services.ingest.extract import extract_page
from services.ingest.fetched import Fetched
from services.ingest.fetcher import Fetcher
from services.ingest.items import PageRead
from services.ingest.outcomes import FetchError, Outcome
from services.ingest.registry import RegisteredOutlet
from services.ingest.sandbox import Sandbox, SandboxAwayError, SandboxError
from services.ingest.site_rules import SiteRules
from services.ingest.targets import Known, Target

MARKUP_TYPES = frozenset({"", "text/html", "application/xhtml+xml", "text/plain", "text/xml"})
# How files begin that servers serve as pages by mistake: JPEG, PNG, GIF, PDF, ZIP, gzip, RIFF.
FILE_MARKS = (b"\xff\xd8\xff", b"\x89PNG", b"GIF8", b"%PDF", b"PK\x03\x04", b"\x1f\x8b", b"RIFF")


@dataclass(frozen=True, slots=True)
class PageUnread:
    """A page without a new article: why, whether for good, and what is now known of it."""

    target: Target
    error: FetchError
    known: Known


Reading = PageRead | PageUnread


@dataclass(frozen=True, slots=True)
class Reader:
    """Brings targets to readings; every failure is a reading, not an exception."""

    fetcher: Fetcher
    sandbox: Sandbox
    rules: SiteRules

    async def read(self, target: Target, outlet: RegisteredOutlet) -> Reading:
        """Return the article of *target*, or why there is none."""
        try:
            await self.rules.check(target.url)
            await self.rules.turn(target.url)
            fetched = await self.fetcher.fetch(target.url, conditions(target.known))
            _refuse_unchanged(fetched, target.known)
            _refuse_files(fetched)
            extracted = await self.sandbox.run(
                extract_page, fetched.body, fetched.url, fetched.charset
            )
        except FetchError as error:
            return PageUnread(target, error, target.known)
        except SandboxError as error:
            return PageUnread(target, FetchError(Outcome.UNREADABLE, str(error)), target.known)
        except SandboxAwayError as error:
            away = FetchError(Outcome.AWAY, str(error), is_ours=True)
            return PageUnread(target, away, target.known)
        if not extracted.text:
            empty = FetchError(Outcome.EMPTY, "No article was found on the page.")
            return PageUnread(target, empty, known_after(target.known, fetched))
        return PageRead(target, outlet, fetched, extracted)


def conditions(known: Known) -> dict[str, str]:
    """Return the headers by which a server can say that nothing has changed."""
    named = {"If-None-Match": known.etag, "If-Modified-Since": known.last_modified}
    return {name: value for name, value in named.items() if value}


def known_after(known: Known, fetched: Fetched) -> Known:
    """Return what is known of a page after *fetched*."""
    return replace(
        known,
        etag=fetched.header("etag"),
        last_modified=fetched.header("last-modified"),
        raw_sha256=fetched.sha256,
    )


def _refuse_unchanged(fetched: Fetched, known: Known) -> None:
    if fetched.is_unchanged or fetched.sha256 == known.raw_sha256:
        raise FetchError(Outcome.UNCHANGED, "The page has not changed since it was read.")


def _refuse_files(fetched: Fetched) -> None:
    is_file = fetched.body.startswith(FILE_MARKS)
    if fetched.media_type not in MARKUP_TYPES or is_file:
        raise FetchError(Outcome.NO_MARKUP, "The address holds a file, not a page.")
    if not fetched.body.strip():
        raise FetchError(Outcome.EMPTY, "The page is empty.")
