from __future__ import annotations

import zlib
from collections.abc import Iterator
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path

import pytest
from warcio.archiveiterator import ArchiveIterator

from services.ingest.evidence import CaptureWriter
from services.ingest.fetched import Fetched
from shared.captures import CaptureError, CaptureStore
from shared.events import Capture

AT = datetime(2026, 11, 20, 23, 59, 59, 123456, tzinfo=UTC)


def fetched(body: bytes = b"<html>x</html>", at: datetime = AT) -> Fetched:
    return Fetched(
        url="https://news.example.org/a?b=c",
        status=200,
        headers=(
            ("Content-Type", "text/html; charset=utf-8"),
            ("Content-Encoding", "br"),
            ("X-Odd", "a\r\nWARC-Type: warcinfo"),
        ),
        body=body,
        sha256=sha256(body).hexdigest(),
        fetched_at=at,
        request_line="GET /a?b=c HTTP/1.1",
        request_headers=(("User-Agent", "Tocsin"),),
        hops=("https://news.example.org/old",),
    )


def write(writer: CaptureWriter, pages: list[Fetched]) -> list[Capture]:
    return writer.write([(page, {"outlet": "xa-o"}) for page in pages])


@pytest.fixture
def writer(tmp_path: Path) -> Iterator[CaptureWriter]:
    writer = CaptureWriter(tmp_path, "w1", "tocsin/test", lambda: AT)
    yield writer
    writer.close()


def test_capture_is_read_back_as_it_was_fetched(writer: CaptureWriter, tmp_path: Path) -> None:
    bodies = [b"one", b"", bytes(range(256)) * 500]
    captures = write(writer, [fetched(body) for body in bodies])
    for capture, body in zip(captures, bodies, strict=True):
        page = CaptureStore(tmp_path).read(capture.capture_id)
        assert page.raw == body
        assert page.sha256 == capture.raw_sha256 == sha256(body).hexdigest()
        assert page.url == "https://news.example.org/a?b=c"
        assert page.fetched_at == AT
        assert page.media_type == "text/html"


def test_file_is_a_valid_archive_of_responses_requests_and_metadata(
    writer: CaptureWriter, tmp_path: Path
) -> None:
    write(writer, [fetched(), fetched(b"two")])
    writer.close()
    with (tmp_path / "20261120" / "w1.warc.gz").open("rb") as file:
        records = [
            (record.rec_type, record.content_stream().read(), record.rec_headers)
            for record in ArchiveIterator(file, check_digests="raise")
        ]
    assert [kind for kind, _, _ in records] == ["response", "request", "metadata"] * 2
    assert records[2][1] == (
        b"software: tocsin/test\r\nvia: https://news.example.org/old\r\noutlet: xa-o\r\n"
    )
    response_id = records[0][2].get_header("WARC-Record-ID")
    assert records[1][2].get_header("WARC-Concurrent-To") == response_id


def test_each_day_has_its_file(writer: CaptureWriter, tmp_path: Path) -> None:
    next_day = datetime(2026, 11, 21, tzinfo=UTC)
    captures = write(writer, [fetched(), fetched(at=next_day)])
    assert [one.capture_id for one in captures] == ["20261120.w1.0", "20261121.w1.0"]
    assert CaptureStore(tmp_path).read("20261121.w1.0").fetched_at == next_day


def test_new_writer_leaves_a_torn_tail_alone(writer: CaptureWriter, tmp_path: Path) -> None:
    whole, torn = write(writer, [fetched(b"whole"), fetched(b"torn" * 1000)])
    writer.close()
    path = tmp_path / "20261120" / "w1.warc.gz"
    path.write_bytes(path.read_bytes()[: int(torn.capture_id.rpartition(".")[2]) + 40])
    other = CaptureWriter(tmp_path, "w2", "tocsin/test", lambda: AT)
    (after,) = write(other, [fetched(b"after")])
    other.close()
    store = CaptureStore(tmp_path)
    assert store.read(whole.capture_id).raw == b"whole"
    assert store.read(after.capture_id).raw == b"after"
    with pytest.raises(CaptureError):
        store.read(torn.capture_id)


def test_flipped_byte_never_changes_what_is_read(writer: CaptureWriter, tmp_path: Path) -> None:
    path = tmp_path / "20261120" / "w1.warc.gz"
    (capture,) = write(writer, [fetched(b"a" * 10_000)])
    writer.close()
    intact = CaptureStore(tmp_path).read(capture.capture_id)
    refused = 0
    whole = path.read_bytes()
    length = zlib_member_length(whole)
    for place in range(length):
        path.write_bytes(whole[:place] + bytes([whole[place] ^ 1]) + whole[place + 1 :])
        try:
            assert CaptureStore(tmp_path).read(capture.capture_id) == intact
        except CaptureError:
            refused += 1
    assert refused > length / 2  # some flips decode to the same bytes


def zlib_member_length(data: bytes) -> int:
    decompressor = zlib.decompressobj(31)
    decompressor.decompress(data)
    return len(data) - len(decompressor.unused_data)


@pytest.mark.parametrize(
    "capture_id",
    ["", "20261120.w1", "20261120.../w.0", "20261120.w1.-1", "20261120.w1.9", "20261120.none.0"],
)
def test_unknown_capture_is_named(capture_id: str, writer: CaptureWriter, tmp_path: Path) -> None:
    write(writer, [fetched()])
    with pytest.raises(CaptureError):
        CaptureStore(tmp_path).read(capture_id)
