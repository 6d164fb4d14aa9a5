"""`python -m deploy.bench.extraction`: our text of real pages beside trafilatura's slow way.

For each page there are segments that a good extraction has and segments that it lacks.
Not worse on either is the bound; the command fails beyond it.
"""

from __future__ import annotations

import sys
import tarfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from time import process_time

import orjson
from trafilatura import extract

from deploy.bench.pages import ARCHIVE
from services.ingest.extract import extract_page
from services.ingest.text import clean_text

SEGMENTS = ARCHIVE.with_name("segments.json")


@dataclass(slots=True)
class Score:
    """Segments found of those that belong to the text, and of those that do not."""

    wanted: int = 0
    found: int = 0
    unwanted: int = 0
    leaked: int = 0
    seconds: float = field(default=0.0)

    @property
    def recall(self) -> float:
        """Return the share of wanted segments that are there."""
        return self.found / self.wanted

    @property
    def leakage(self) -> float:
        """Return the share of unwanted segments that are there."""
        return self.leaked / self.unwanted


def ours(raw: bytes, url: str) -> str:
    """Return the text as ingest extracts it."""
    return extract_page(raw, url).text


def slow(raw: bytes, url: str) -> str:
    """Return the text as trafilatura extracts it with all its fallbacks."""
    text: str | None = extract(raw, url=url, favor_precision=False, fast=False)
    return text or ""


def measure(function: Callable[[bytes, str], str]) -> Score:
    """Return the score of *function* over all pages."""
    score = Score()
    for raw, url, wanted, unwanted in _pages():
        started = process_time()
        text = _folded(function(raw, url))
        score.seconds += process_time() - started
        score.wanted += len(wanted)
        score.found += sum(_folded(one) in text for one in wanted)
        score.unwanted += len(unwanted)
        score.leaked += sum(_folded(one) in text for one in unwanted)
    return score


def _pages() -> Iterator[tuple[bytes, str, list[str], list[str]]]:
    facts = orjson.loads(SEGMENTS.read_bytes())
    with tarfile.open(ARCHIVE) as archive:
        for url, one in facts.items():
            file = archive.extractfile(f"pages/{one['file']}")
            if file is not None:
                yield file.read(), url, one["with"], one["without"]


def _folded(text: str) -> str:
    """Return *text* in one Unicode form with plain spaces; only words are compared."""
    return " ".join(clean_text(text).split())


def main() -> int:
    """Print both, and return 1 where ours is worse."""
    if not ARCHIVE.exists():
        print(f"{ARCHIVE} is not here: the comparison needs its pages.")
        return 0
    both = {"tocsin": measure(ours), "trafilatura fast=False": measure(slow)}
    for name, one in both.items():
        pace = one.seconds * 1000 / 300
        shares = f"recall {one.recall:.4f}  leakage {one.leakage:.4f}"
        print(f"{name:24} {shares}  {pace:.0f} ms of CPU a page")
    first, second = both.values()
    return int(first.recall < second.recall or first.leakage > second.leakage)


if __name__ == "__main__":
    sys.exit(main())
