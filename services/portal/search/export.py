"""A result as rows of CSV or lines of JSON, streamed page by page, and as feeds.

A cell that a spreadsheet would run as a formula is made text. At most 100 000 rows: whoever
needs more narrows the search, or takes the events.
"""

from __future__ import annotations

import csv
from collections.abc import AsyncIterator, Iterable
from datetime import date
from io import StringIO

import orjson

from services.portal.accounts.model import SIGNAL_READERS, Principal
from services.portal.engine import SearchEngine
from services.portal.search.cursor import encode_cursor
from services.portal.search.model import Hit, hit
from services.portal.search.query import build_query
from services.portal.search.request import MAX_SIZE, SearchRequest, Sort

MAX_ROWS = 100_000
# Some spreadsheets take the wide forms of East Asian scripts for the same signs.
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")
COLUMNS = (
    "item_id", "event_at", "fetched_at", "outlet_id", "outlet_name", "country", "owner_kind",
    "controlled_by", "language", "title", "url", "indicators", "target_groups", "score",
    "readable", "heard", "date_disputed", "restricted",
)  # fmt: skip


async def found_pages(
    engine: SearchEngine, principal: Principal, request: SearchRequest, today: date
) -> AsyncIterator[list[Hit]]:
    """Yield the whole result, newest first, a page at a time."""
    asked = request.model_copy(update={"size": MAX_SIZE, "sort": Sort.NEWEST, "cursor": None})
    signals = principal.holds(SIGNAL_READERS)
    for _ in range(MAX_ROWS // MAX_SIZE):
        body = build_query(asked, principal, today)
        for part in ("aggs", "highlight"):
            body.pop(part, None)
        # Facets stand beside the query for counting; here nothing is counted.
        body["query"]["bool"]["filter"] += body.pop("post_filter")["bool"]["filter"]
        found = (await engine.search("items", body))["hits"]["hits"]
        if found:
            yield [hit(one, signals=signals) for one in found]
        if len(found) < MAX_SIZE:
            return
        cursor = encode_cursor(asked.fingerprint, found[-1]["sort"])
        asked = asked.model_copy(update={"cursor": cursor})


async def as_csv(pages: AsyncIterator[list[Hit]]) -> AsyncIterator[bytes]:
    """Yield a CSV file with a header; UTF-8 with a mark, which spreadsheets need."""
    yield b"\xef\xbb\xbf" + _rows([COLUMNS])
    async for page in pages:
        yield _rows(_cells(one) for one in page)


async def as_jsonl(pages: AsyncIterator[list[Hit]]) -> AsyncIterator[bytes]:
    """Yield one JSON object a line."""
    async for page in pages:
        yield b"".join(orjson.dumps(one.model_dump(mode="json")) + b"\n" for one in page)


def safe_cell(text: str) -> str:
    """Return *text* so that no spreadsheet takes it for a formula."""
    return f"'{text}" if text.lstrip(" ").startswith(FORMULA) else text


def _cells(one: Hit) -> list[str]:
    values = one.model_dump(mode="json")
    return [safe_cell(_text(values[name])) for name in COLUMNS]


def _text(value: object) -> str:
    if isinstance(value, list):
        return " ".join(str(one) for one in value)
    return "" if value is None else str(value)


def _rows(rows: Iterable[Iterable[str]]) -> bytes:
    file = StringIO()
    csv.writer(file).writerows(rows)
    return file.getvalue().encode()
