from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.ingest.dates import parse_date
from services.ingest.retry_after import retry_after_seconds

EXPECTED = datetime(2026, 11, 20, 10, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    "text",
    [
        "Fri, 20 Nov 2026 10:30:00 GMT",
        "Fri, 20 Nov 2026 13:30:00 +0300",
        "20 Nov 2026 10:30:00",
        "2026-11-20T10:30:00Z",
        "2026-11-20T13:30:00+03:00",
        "2026-11-20 10:30:00",
        "٢٠٢٦-١١-٢٠T١٠:٣٠:٠٠Z",  # noqa: RUF001 - Arabic digits are the point
        " 2026-11-20t10:30:00z ",
    ],
)
def test_date_is_read_as_utc(text: str) -> None:
    assert parse_date(text) == EXPECTED


@pytest.mark.parametrize(
    "text",
    [
        None, "", "yesterday", "2026-13-45", "2026-02-30T10:00:00Z", "0", "9" * 200,
        "Fri, 99 Nov 2026 10:30:00 GMT", "0001-01-01T00:00:00+23:59",
        "0001-01-01T00:00:00Z", "Mon, 01 Jan 0001 00:00:00 GMT", "1899-12-31T23:59:59Z",
        "9999-12-31T23:59:59Z", "2201-01-01T00:00:00Z", "1900-01-01T00:00:00+03:00",
    ],
)  # fmt: skip
def test_impossible_date_is_none(text: str | None) -> None:
    assert parse_date(text) is None


@pytest.mark.parametrize("text", ["1900-01-01", "1970-01-01T00:00:00Z", "2200-12-31"])
def test_old_and_far_date_is_kept(text: str) -> None:
    date = parse_date(text)
    assert date is not None
    assert date.strftime("%Y-%m-%d") == text[:10]


@given(st.text(max_size=80))
def test_any_text_is_a_utc_date_or_none(text: str) -> None:
    date = parse_date(text)
    assert date is None or date.utcoffset() == EXPECTED.utcoffset()


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("30", 30.0),
        ("-30", 0.0),
        ("99999999999999999999", 3600.0),
        ("Fri, 20 Nov 2026 10:31:00 GMT", 60.0),
        ("Thu, 01 Jan 2099 00:00:00 GMT", 3600.0),
        ("Thu, 01 Jan 1970 00:00:00 GMT", 0.0),
        ("soon", None),
        ("--5", None),
        ("", None),
    ],
)
def test_retry_after_is_bounded(value: str, expected: float | None) -> None:
    assert retry_after_seconds(value, EXPECTED) == expected
