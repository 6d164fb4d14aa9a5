"""The floor: the pipeline's pure functions alone, in as many processes as there are cores.

No bus, no store, no network. What the whole pipeline needs beyond this is the price of its
engines and of moving data.
"""

import hashlib
import multiprocessing
import os
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from deploy.bench.pages import Kind, Page, read_pages
from deploy.demo.registry import allowed_addresses, write_registry
from deploy.local.paths import REPOSITORY
from services.analysis.analyse import Readers, analyse, create_readers
from services.analysis.desks import load_desks
from services.ingest.extract import extract_page
from services.ingest.fetched import Fetched
from services.ingest.items import PageRead, draft_item
from services.ingest.registry import RegisteredOutlet
from services.ingest.registry_file import load_registry
from services.ingest.targets import Target
from shared.addresses import parse_addresses
from shared.events import Capture, Collection, encode

PORT = 8091
START_SECONDS = 120.0  # a worker that fails breaks the barrier for all
Outlets = Mapping[str, RegisteredOutlet]
NOW = datetime(2026, 1, 15, 12, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Floor:
    """What one run of the pure functions took."""

    items: int
    seconds: float
    cpu_seconds: float

    @property
    def per_second(self) -> float:
        """Items a second, all cores together."""
        return self.items / self.seconds

    @property
    def cpu_ms(self) -> float:
        """Milliseconds of processor time an item."""
        return 1000 * self.cpu_seconds / self.items


def measure_floor(kind: Kind, warm: int, count: int) -> Floor:
    """Run *count* pages after a warm-up of *warm* in one process a core."""
    processes = os.cpu_count() or 1
    context = multiprocessing.get_context("spawn")
    barrier = context.Barrier(processes + 1)
    results: multiprocessing.Queue[float] = context.Queue()
    workers = [
        context.Process(target=_work, args=(kind, share, processes, warm, count, barrier, results))
        for share in range(processes)
    ]
    for worker in workers:
        worker.start()
    barrier.wait(START_SECONDS)
    began = time.perf_counter()
    cpu = sum(results.get() for _ in workers)
    seconds = time.perf_counter() - began
    for worker in workers:
        worker.join()
    return Floor(count, seconds, cpu)


def _work(
    kind: Kind,
    share: int,
    processes: int,
    warm: int,
    count: int,
    barrier: "multiprocessing.synchronize.Barrier",
    results: "multiprocessing.Queue[float]",
) -> None:
    outlets, readers = _prepared()
    for page in list(read_pages(kind, 0, warm))[share::processes]:
        treat(page, outlets, readers)
    pages: Sequence[Page] = list(read_pages(kind, warm, count))[share::processes]
    barrier.wait(START_SECONDS)
    began = time.process_time()
    for page in pages:
        treat(page, outlets, readers)
    results.put(time.process_time() - began)


def _prepared() -> tuple[Outlets, Readers]:
    with TemporaryDirectory() as folder:
        write_registry(Path(folder), PORT, 60)
        registry = load_registry(Path(folder), parse_addresses(allowed_addresses(PORT)))
    outlets = {outlet.outlet_id: outlet for outlet in registry.outlets}
    return outlets, create_readers(load_desks(REPOSITORY / "deploy/config/desks"))


def treat(page: Page, outlets: Outlets, readers: Readers) -> int:
    """Do to one page what the pipeline does, without any engine; return the bytes of its event."""
    url = page.outlet.url(PORT, page.path)
    digest = hashlib.sha256(page.body).hexdigest()
    extracted = extract_page(page.body, url, "utf-8")
    if not extracted.text:
        return 0
    fetched = Fetched(url, 200, (), page.body, digest, NOW, "GET", ())
    outlet = outlets[page.outlet.outlet_id]
    read = PageRead(_target(page, url), outlet, fetched, extracted)
    capture = Capture(
        capture_id="20260115.bench.0",
        raw_sha256=digest,
        media_type="text/html",
        size_bytes=len(page.body),
        fetched_at=NOW,
    )
    item = draft_item(read, capture, lambda name: name).event(1)
    return len(encode(analyse(item, readers.of(item), NOW)))


def _target(page: Page, url: str) -> Target:
    return Target(
        entry_id=page.path,
        source_id=f"{page.outlet.outlet_id}-feed",
        outlet_id=page.outlet.outlet_id,
        url=url,
        native_id=None,
        title=page.path,
        published_at=NOW,
        digest="",
        collection=Collection.LIVE,
        previous_success_at=None,
        discovered_at=NOW,
    )
